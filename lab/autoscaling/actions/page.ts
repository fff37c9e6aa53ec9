/** `MaxRecords` and `NextToken`: the token is where the next page starts. */
import { AwsError } from '../../aws-error';
import type { Input } from '../input';

const largestPage = 100;

export function page<T>(all: readonly T[], input: Input): { items: readonly T[]; nextToken?: string } {
  const size = input.optionalInteger('MaxRecords', { min: 1, max: largestPage }) ?? largestPage;
  const start = Number(input.optionalString('NextToken') ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError('InvalidNextToken', 'The NextToken value is not valid.');
  }
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, nextToken: String(start + size) } : { items };
}
