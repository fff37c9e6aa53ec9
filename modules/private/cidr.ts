import { type IsReference, refuse } from './shape';

/** An IPv4 range in CIDR notation (RFC 4632). */
export interface Ipv4Range {
  readonly prefixLength: number;
  /** The same range with the host bits cleared, as AWS wants it. */
  readonly network: string;
}

/** Undefined for anything that is no IPv4 range. Leading zeros are none: programs disagree on their meaning. */
export function parseIpv4Range(value: string): Ipv4Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(value);
  if (match === null) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefixLength = 0] = parts.map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefixLength > 32) return undefined;
  const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  const cleared = (address & mask) >>> 0;
  const octets = [24, 16, 8, 0].map((shift) => (cleared >>> shift) & 255);
  return { prefixLength, network: `${octets.join('.')}/${prefixLength}` };
}

/** Refuses what is no range of this size, or has host bits set, which AWS would not take. */
export function ipv4Range(
  value: unknown,
  at: string,
  isReference: IsReference,
  shortest: number,
  longest: number,
): void {
  const allowed = `an IPv4 range from /${shortest} to /${longest} known at synth, such as 10.0.0.0/${shortest}`;
  const range = typeof value === 'string' && !isReference(value) ? parseIpv4Range(value) : undefined;
  if (range === undefined || range.prefixLength < shortest || range.prefixLength > longest) {
    refuse('InvalidCidr', at, value, allowed);
  }
  if (range.network !== value) refuse('InvalidCidr', at, value, `${range.network}, with no host bits set`);
}
