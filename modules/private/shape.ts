import { ServiceError } from '../service-error';

/**
 * A small language for what a setting may be. A check throws a ServiceError that names the setting, its value
 * and what is allowed. References to other resources pass: their value is known only to Terraform.
 */
export type Check = (value: unknown, at: string, isReference: IsReference) => void;
export type IsReference = (value: unknown) => boolean;

export function refuse(code: string, at: string, value: unknown, allowed: string): never {
  throw new ServiceError(code, `${at} is ${show(value)}; it must be ${allowed}.`);
}

export function text(allowed: string, pattern = /\S/, code = 'InvalidSetting'): Check {
  return (value, at, isReference) => {
    if (isReference(value)) return;
    if (typeof value !== 'string' || !pattern.test(value)) refuse(code, at, value, allowed);
  };
}

/** A text whose value must be known at synth: it shapes addresses or the number of resources. */
export function knownText(allowed: string, pattern: RegExp, code: string): Check {
  const check = text(allowed, pattern, code);
  return (value, at, isReference) => {
    if (isReference(value)) {
      throw new ServiceError(code, `${at} is a reference; its value must be known at synth: ${allowed}.`);
    }
    check(value, at, isReference);
  };
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  const allowed = `a whole number, ${range(min, max)}`;
  return (value, at) => {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      refuse('SettingOutOfRange', at, value, allowed);
    }
  };
}

export function numberAbove(min: number, max: number): Check {
  return (value, at) => {
    if (typeof value !== 'number' || !(value > min && value <= max)) {
      refuse('SettingOutOfRange', at, value, `a number above ${min}, at most ${max}`);
    }
  };
}

export const yesOrNo: Check = (value, at) => {
  if (typeof value !== 'boolean') refuse('InvalidSetting', at, value, 'true or false');
};

export function oneOf(values: readonly string[]): Check {
  return (value, at) => {
    if (typeof value !== 'string' || !values.includes(value)) {
      refuse('InvalidSetting', at, value, values.map((each) => JSON.stringify(each)).join(' or '));
    }
  };
}

export function oneOfNumbers(values: readonly number[]): Check {
  return (value, at) => {
    if (typeof value !== 'number' || !values.includes(value)) {
      refuse('SettingOutOfRange', at, value, `one of ${values.join(', ')}`);
    }
  };
}

export function listOf(check: Check, min = 0, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, at, isReference) => {
    if (isReference(value)) return;
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const size = min === 0 && max === Number.MAX_SAFE_INTEGER ? '' : ` with ${range(min, max)} entries`;
      refuse('InvalidSetting', at, value, `a list${size}`);
    }
    value.forEach((entry, index) => {
      check(entry, `${at}[${index}]`, isReference);
    });
  };
}

/** A list whose entries must be known at synth: they are compared with one another. */
export function knownListOf(entry: Check, min = 0, max = Number.MAX_SAFE_INTEGER): Check {
  const check = listOf(entry, min, max);
  return (value, at, isReference) => {
    if (isReference(value)) {
      throw new ServiceError('InvalidSetting', `${at} is a reference; its entries must be known at synth.`);
    }
    check(value, at, isReference);
  };
}

export function mapOf(key: Check, entry: Check, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, at, isReference) => {
    if (!isObject(value)) refuse('InvalidSetting', at, value, 'an object');
    const entries = Object.entries(value);
    if (entries.length > max) {
      throw new ServiceError('InvalidSetting', `${at} has ${entries.length} entries; at most ${max} fit.`);
    }
    for (const [name, each] of entries) {
      key(name, `A name in ${at}`, isReference);
      entry(each, `${at}.${name}`, isReference);
    }
  };
}

/** An object with these keys and no other; a key with the value undefined counts as absent. */
export function object(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const checks: Record<string, Check> = { ...required, ...optional };
  const keys = Object.keys(checks);
  return (value, at, isReference) => {
    if (!isObject(value)) refuse('InvalidSetting', at, value, `an object with ${keys.join(', ')}`);
    const path = (key: string) => (at === '' ? key : `${at}.${key}`);
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      if (check === undefined) throw unknownKey(path(key), key, entry, keys);
      check(entry, path(key), isReference);
    }
    for (const key of Object.keys(required)) {
      if (value[key] === undefined) {
        throw new ServiceError('MissingSetting', `${path(key)} is missing; it has no default.`);
      }
    }
  };
}

function unknownKey(at: string, key: string, value: unknown, known: readonly string[]): ServiceError {
  const near = nearest(key, known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return new ServiceError(
    'UnknownSetting',
    `${at} (${show(value)}) is no setting.${hint} Known here: ${known.join(', ')}.`,
  );
}

/** The known name with the fewest edits between, if a typing mistake can explain the difference. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const byDistance = known
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = byDistance[0];
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.each : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Whether a value is an object with this key: which of several shapes it was meant to have. */
export function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function range(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
}

/** Long values are cut: the setting's path is what finds them. */
function show(value: unknown): string {
  const json = written(value);
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}

/** A construct, given by mistake, is a circle that JSON can't write. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
