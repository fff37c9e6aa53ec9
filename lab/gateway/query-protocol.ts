/**
 * The AWS query protocol, as Auto Scaling and Elastic Load Balancing speak it: a form goes in, XML comes out.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { XMLBuilder } from 'fast-xml-parser';
import type { AwsError } from '../aws-error';

export type QueryValue = string | readonly QueryValue[] | { readonly [name: string]: QueryValue };
export type QueryInput = { readonly [name: string]: QueryValue };

/** What an action answers: lists become `<member>` elements, `undefined` is left out, a Date is ISO 8601. */
export type OutputValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly OutputValue[]
  | { readonly [name: string]: OutputValue };
export type QueryOutput = { readonly [name: string]: OutputValue };

type Tree = { [name: string]: Tree | string };

/** `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function parseQuery(body: string): QueryInput {
  const tree: Tree = Object.create(null);
  for (const [path, value] of new URLSearchParams(body)) place(tree, path.split('.'), value);
  return fold(tree) as QueryInput;
}

function place(tree: Tree, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const known = tree[name];
  const branch: Tree = typeof known === 'object' ? known : Object.create(null);
  tree[name] = branch;
  place(branch, rest, value);
}

function fold(node: Tree | string): QueryValue {
  if (typeof node === 'string') return node;
  const { member } = node;
  // Names that are whole numbers come in their order, whatever order they were set in (ECMA-262, OrdinaryOwnPropertyKeys).
  if (typeof member === 'object') return Object.values(member).map(fold);
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, fold(child)]));
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

export function renderResult(
  namespace: string,
  action: string,
  output: QueryOutput,
  requestId: string,
): string {
  return builder.build({
    [`${action}Response`]: {
      '@xmlns': namespace,
      [`${action}Result`]: unfold(output),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

export function renderError(namespace: string, error: AwsError, requestId: string): string {
  return builder.build({
    ErrorResponse: {
      '@xmlns': namespace,
      Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
      RequestId: requestId,
    },
  });
}

function unfold(value: OutputValue): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.length === 0 ? '' : { member: value.map(unfold) };
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, child]) => child !== undefined)
        .map(([name, child]) => [name, unfold(child)]),
    );
  }
  return String(value);
}
