/**
 * systemd's `EnvironmentFile=` syntax, as systemd itself reads it: systemd.exec(5), and the states of
 * parse_env_file_internal() in src/basic/env-file.c, whose names are kept here.
 */
type State =
  | 'before key'
  | 'key'
  | 'before value'
  | 'value'
  | 'value escape'
  | 'single quotes'
  | 'double quotes'
  | 'double quotes escape'
  | 'comment'
  | 'comment escape';

const whitespace = ' \t\n\r';
const newlines = '\n\r';
/** Within double quotes a backslash takes the meaning from these, and otherwise stands for itself. */
const escapable = '"\\`$';

/** Names no shell would take are left out, as systemd does; of one name set twice the later value counts. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const environment: Record<string, string> = {};
  let state: State = 'before key';
  let key = '';
  let value = '';
  /** Where trailing whitespace of an unquoted value begins. */
  let valueEnd = 0;

  const push = () => {
    const name = key.trimEnd();
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) environment[name] = value;
    key = '';
    value = '';
    valueEnd = 0;
    state = 'before key';
  };
  const append = (character: string) => {
    value += character;
    if (!whitespace.includes(character)) valueEnd = value.length;
  };
  /** Quoted and escaped characters are kept even where they are whitespace. */
  const keep = (character: string) => {
    value += character;
    valueEnd = value.length;
  };
  const endOfLine = () => {
    value = value.slice(0, valueEnd);
    push();
  };

  for (const character of text) {
    const newline = newlines.includes(character);
    switch (state as State) {
      case 'before key':
        if ('#;'.includes(character)) state = 'comment';
        else if (!whitespace.includes(character)) {
          state = 'key';
          key = character;
        }
        break;
      case 'key':
        if (newline) {
          state = 'before key';
          key = '';
        } else if (character === '=') state = 'before value';
        else key += character;
        break;
      case 'before value':
        if (newline) endOfLine();
        else if (character === "'") state = 'single quotes';
        else if (character === '"') state = 'double quotes';
        else if (character === '\\') state = 'value escape';
        else if (!whitespace.includes(character)) {
          state = 'value';
          append(character);
        }
        break;
      case 'value':
        if (newline) endOfLine();
        else if (character === '\\') state = 'value escape';
        else append(character);
        break;
      case 'value escape':
        state = 'value';
        if (!newline) keep(character);
        break;
      case 'single quotes':
        if (character === "'") state = 'before value';
        else keep(character);
        break;
      case 'double quotes':
        if (character === '"') state = 'before value';
        else if (character === '\\') state = 'double quotes escape';
        else keep(character);
        break;
      case 'double quotes escape':
        state = 'double quotes';
        if (escapable.includes(character)) keep(character);
        else if (character !== '\n') keep(`\\${character}`);
        break;
      case 'comment':
        if (character === '\\') state = 'comment escape';
        else if (newline) state = 'before key';
        break;
      case 'comment escape':
        state = 'comment';
        break;
    }
  }
  if (!['before key', 'key', 'comment', 'comment escape'].includes(state)) endOfLine();
  return environment;
}
