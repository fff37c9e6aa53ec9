/** Reads one action's input: what is missing or malformed is AWS's ValidationError with the member's name in it. */
import { AwsError } from '../aws-error';
import type { QueryInput, QueryValue } from '../gateway/query-protocol';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** The largest that AWS's integers hold. */
export const largestInteger = 2_147_483_647;

export class Input {
  constructor(private readonly members: QueryInput) {}

  /** As it came over the wire, for what is answered as it was sent. */
  get raw(): QueryInput {
    return this.members;
  }

  has(name: string): boolean {
    return this.members[name] !== undefined;
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined) {
      throw validationError(
        `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
      );
    }
    return value;
  }

  optionalString(name: string): string | undefined {
    const value = this.members[name];
    return typeof value === 'string' ? value : undefined;
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? Number(this.string(name));
  }

  boolean(name: string): boolean {
    return this.optionalBoolean(name) ?? this.string(name) === 'true';
  }

  optionalInteger(name: string, range?: { min: number; max: number }): number | undefined {
    const value = this.optionalNumber(name);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value)) throw validationError(`Value '${value}' at '${name}' is not an integer`);
    if (range !== undefined && (value < range.min || value > range.max)) {
      throw validationError(
        `Value '${value}' at '${name}' failed to satisfy constraint: ` +
          `Member must have value between ${range.min} and ${range.max}`,
      );
    }
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const text = this.optionalString(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) {
      throw validationError(`Value '${text}' at '${name}' is not a number`);
    }
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    const text = this.optionalString(name);
    return text === undefined ? undefined : text.toLowerCase() === 'true';
  }

  /** ISO 8601, as the query protocol carries timestamps; milliseconds since the epoch. */
  optionalTime(name: string): number | undefined {
    const text = this.optionalString(name);
    if (text === undefined) return undefined;
    const time = Date.parse(text);
    if (Number.isNaN(time)) throw validationError(`Value '${text}' at '${name}' is not a timestamp`);
    return time;
  }

  strings(name: string): string[] {
    return this.list(name).filter((item): item is string => typeof item === 'string');
  }

  structures(name: string): Input[] {
    return this.list(name)
      .filter(isStructure)
      .map((item) => new Input(item));
  }

  structure(name: string): Input | undefined {
    const value = this.members[name];
    return value !== undefined && isStructure(value) ? new Input(value) : undefined;
  }

  private list(name: string): readonly QueryValue[] {
    const value = this.members[name];
    return Array.isArray(value) ? value : [];
  }
}

function isStructure(value: QueryValue): value is QueryInput {
  return typeof value === 'object' && !Array.isArray(value);
}
