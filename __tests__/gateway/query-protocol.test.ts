import { AwsError } from '../../lab/aws-error';
import { parseQuery, renderError, renderResult } from '../../lab/gateway/query-protocol';

describe('a form of the query protocol becomes a structure', () => {
  test.each([
    ['a scalar', 'Action=DescribeTags&MaxRecords=5', { Action: 'DescribeTags', MaxRecords: '5' }],
    ['a list', 'Names.member.1=a&Names.member.2=b', { Names: ['a', 'b'] }],
    [
      'a list of structures',
      'Tags.member.1.Key=k&Tags.member.1.Value=v%20w&Tags.member.2.Key=l',
      { Tags: [{ Key: 'k', Value: 'v w' }, { Key: 'l' }] },
    ],
    ['more than nine members in their order', list(11), { N: [...Array(11).keys()].map(String) }],
    ['a structure', 'LaunchTemplate.LaunchTemplateId=lt-1', { LaunchTemplate: { LaunchTemplateId: 'lt-1' } }],
    ['a name that objects have already', '__proto__.x=1', { ['__proto__']: { x: '1' } }],
  ])('%s', (_title, form, expected) => {
    expect(JSON.stringify(parseQuery(form))).toBe(JSON.stringify(expected));
  });
});

function list(length: number): string {
  const members = [...Array(length).keys()].map((n) => `N.member.${n + 1}=${n}`);
  return members.reverse().join('&');
}

describe('an answer in XML', () => {
  const xml = renderResult(
    'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    'DescribeThings',
    {
      Things: [{ Name: 'a<b&c', Size: 0, On: false, Left: undefined, At: new Date('2026-11-24T10:00:00Z') }],
      None: [],
    },
    'id-1',
  );

  test.each([
    ['lists are members, text is escaped', '<Things><member><Name>a&lt;b&amp;c</Name>'],
    ['zero and false are values', '<Size>0</Size><On>false</On>'],
    ['a time is ISO 8601', '<At>2026-11-24T10:00:00.000Z</At>'],
    ['an empty list is an empty element', '<None></None>'],
    ['the request id is in it', '<RequestId>id-1</RequestId>'],
    [
      'the result is named after the action',
      '<DescribeThingsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeThingsResult>',
    ],
  ])('%s', (_title, part) => {
    expect(xml).toContain(part);
  });

  test('what is undefined is left out, so that Terraform sees an unset argument', () => {
    expect(xml).not.toContain('Left');
  });

  test('an error carries AWS code, message and whose fault it is', () => {
    const error = renderError('urn:x', new AwsError('ValidationError', 'no <such> group'), 'id-2');
    expect(error).toContain(
      '<Type>Sender</Type><Code>ValidationError</Code><Message>no &lt;such&gt; group</Message>',
    );
    expect(renderError('urn:x', new AwsError('InternalFailure', 'x', 500), 'id-3')).toContain(
      '<Type>Receiver</Type>',
    );
  });
});
