import type { IAMClient } from '@aws-sdk/client-iam';
import { Roles } from '../../../lab/gateway/permissions/roles';

const document = (action: string) =>
  encodeURIComponent(JSON.stringify({ Statement: { Effect: 'Allow', Action: action, Resource: '*' } }));

/** What IAM has, by the name of the command. */
function iam(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const client = {
    send: async (command: { readonly input: { readonly PolicyArn?: string } }) => {
      const name = command.constructor.name.replace('Command', '');
      asked.push(name);
      const answer = answers[name];
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(command.input) : (answer ?? {});
    },
  } as unknown as IAMClient;
  return { client, asked };
}

const whole = {
  GetRole: { Role: { PermissionsBoundary: { PermissionsBoundaryArn: 'arn:boundary' } } },
  ListRolePolicies: { PolicyNames: ['inline'] },
  ListAttachedRolePolicies: { AttachedPolicies: [{ PolicyArn: 'arn:attached' }] },
  GetRolePolicy: { PolicyDocument: document('s3:GetObject') },
  GetPolicy: ({ PolicyArn }: { PolicyArn?: string }) => ({
    Policy: { DefaultVersionId: `v of ${PolicyArn}` },
  }),
  GetPolicyVersion: ({ PolicyArn }: { PolicyArn?: string }) => ({
    PolicyVersion: { Document: document(PolicyArn === 'arn:boundary' ? 's3:*' : 'ssm:GetParameters') },
  }),
  GetInstanceProfile: { InstanceProfile: { Roles: [{ RoleName: 'web-role' }] } },
};

const actionsOf = (
  policies: readonly { statements: readonly { actions: { patterns: readonly string[] } }[] }[],
) => policies.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions.patterns));

test('a role has its inline and its attached policies, and a boundary', async () => {
  const { identity, boundary } = await new Roles(iam(whole).client).policiesOf('web-role');
  expect(actionsOf(identity)).toEqual(['s3:GetObject', 'ssm:GetParameters']);
  expect(boundary === undefined ? [] : actionsOf([boundary])).toEqual(['s3:*']);
});

test('IAM is asked again after two seconds', async () => {
  let now = 0;
  const { client, asked } = iam(whole);
  const roles = new Roles(client, () => now);
  const count = () => asked.filter((name) => name === 'GetRole').length;
  await roles.policiesOf('web-role');
  now = 1_999;
  await roles.policiesOf('web-role');
  expect(count()).toBe(1);
  now = 2_000;
  await roles.policiesOf('web-role');
  expect(count()).toBe(2);
});

test('what failed is asked again at once', async () => {
  const { client, asked } = iam({ ...whole, GetRole: new Error('moto is busy') });
  const roles = new Roles(client);
  await expect(roles.policiesOf('web-role')).rejects.toThrow('busy');
  await expect(roles.policiesOf('web-role')).rejects.toThrow('busy');
  expect(asked.filter((name) => name === 'GetRole')).toHaveLength(2);
});

test('the role of a profile; none where the profile is not there', async () => {
  expect(await new Roles(iam(whole).client).roleOf('web')).toBe('web-role');
  const gone = Object.assign(new Error('no such profile'), { name: 'NoSuchEntityException' });
  expect(await new Roles(iam({ GetInstanceProfile: gone }).client).roleOf('web')).toBeUndefined();
});

test('a policy that cannot be read is an error, and no permission', async () => {
  const { client } = iam({ ...whole, GetRolePolicy: { PolicyDocument: '%7B' } });
  await expect(new Roles(client).policiesOf('web-role')).rejects.toThrow('policy inline is no JSON');
});
