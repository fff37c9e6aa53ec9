/** A VPC's addresses. */
import { ServiceError } from '../../modules/service-error';

export interface Vpc {
  readonly id: string;
  /** Such as `10.0.0.0/16`. */
  readonly cidr: string;
}

export interface Router {
  readonly address: string;
  readonly prefixLength: number;
}

/**
 * The VPC's router is at its base plus one, as on AWS.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 *
 * @throws ServiceError `InvalidCidr`
 */
export function routerOf(cidr: string): Router {
  const [, address = '', length] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  const bytes = address.split('.').map(Number);
  const prefixLength = Number(length);
  // A VPC's block is a /16 to a /28: its base ends in an even number.
  const fits = prefixLength >= 16 && prefixLength <= 28 && bytes.every((byte) => byte <= 255);
  if (!fits || (bytes[3] ?? 1) % 2 === 1) {
    throw new ServiceError(
      'InvalidCidr',
      `${JSON.stringify(cidr)} is no block of a VPC; it must be a /16 to a /28 such as 10.0.0.0/16`,
    );
  }
  return { address: [...bytes.slice(0, 3), (bytes[3] ?? 0) + 1].join('.'), prefixLength };
}
