import { parseEnvironmentFile } from '../../lab/machines/environment-file';

test.each<[string, string, Record<string, string>]>([
  ['a line is a name and a value', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
  ['the last line may go without its end', 'A=1', { A: '1' }],
  ['a file from Windows reads the same', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['an empty value is a value', 'A=\nB=2', { A: '', B: '2' }],
  ['a value may hold equals signs', 'URL=postgres://x?a=b', { URL: 'postgres://x?a=b' }],
  ['comments and empty lines say nothing', '# A=1\n; B=2\n\n  # C=3\nD=4', { D: '4' }],
  ['a hash within a value is no comment', 'A=1 # one', { A: '1 # one' }],
  ['a backslash continues a comment over the line end', '# a \\\nB=2\nC=3', { C: '3' }],
  ['whitespace around an unquoted value goes', 'A=  x y \t\nB=2', { A: 'x y', B: '2' }],
  ['whitespace around a name goes', '  A =1', { A: '1' }],
  ['double quotes keep whitespace', 'A="  x  "', { A: '  x  ' }],
  ['double quotes span lines', 'A="x\ny"\nB=2', { A: 'x\ny', B: '2' }],
  ['in double quotes a backslash escapes " \\ ` $', 'A="\\"\\\\\\`\\$"', { A: '"\\`$' }],
  ['in double quotes any other backslash stands for itself', 'A="\\n"', { A: '\\n' }],
  ['in double quotes a backslash joins lines', 'A="x\\\ny"', { A: 'xy' }],
  ['single quotes keep all as it is', `A='  "x\\n" $Y '`, { A: '  "x\\n" $Y ' }],
  ['quoted pieces join', `A="x" 'y' z`, { A: 'xyz' }],
  ['a backslash joins unquoted lines', 'A=x\\\ny', { A: 'xy' }],
  ['a backslash takes the meaning from an unquoted character', 'A=x\\ \nB=\\"2', { A: 'x ', B: '"2' }],
  ['quotes within an unquoted value stand for themselves', `A=it's`, { A: "it's" }],
  ['variables are not substituted', 'A=1\nB=$A', { A: '1', B: '$A' }],
  ['of one name set twice the later value counts', 'A=1\nA=2', { A: '2' }],
  ['names no shell would take are left out', '1A=1\nB-C=2\nexport D=3\nE=4', { E: '4' }],
  ['a line without an equals sign says nothing', 'A\nB=2', { B: '2' }],
  ['an unclosed quote ends with the file', 'A="x', { A: 'x' }],
])('%s', (_title, text, environment) => {
  expect(parseEnvironmentFile(text)).toEqual(environment);
});
