/** One of the five fields of a cron expression. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers, from `min` on. */
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** In a leap year. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of the week', min: 0, max: 7, names: days },
];

/**
 * What is wrong with a cron expression of five fields, in a few words; undefined where nothing is. Auto Scaling takes
 * traditional cron: numbers, names, `*`, lists, ranges and steps.
 */
export function faultInCron(expression: string): string | undefined {
  const given = expression.split(' ');
  if (given.length !== fields.length) {
    return `it has ${given.length} fields instead of 5: minute, hour, day of the month, month, day of the week`;
  }
  for (const [index, field] of fields.entries()) {
    const value = given[index] ?? '';
    if (value.split(',').some((part) => valuesOf(part, field) === undefined)) {
      const names = field.names === undefined ? '' : ` or ${field.names[0]} to ${field.names.at(-1)}`;
      return `its ${field.name} is "${value}": ${field.min} to ${field.max}${names}, *, lists, ranges or steps`;
    }
  }
  return comesUp(given) ? undefined : 'no month in it has that day';
}

/** The 31st of February never comes; with a day of the week besides, cron takes either. */
function comesUp([, , dayOfMonth = '*', month = '*', dayOfWeek = '*']: readonly string[]): boolean {
  if (dayOfMonth.startsWith('*') || dayOfWeek !== '*') return true;
  const all = (value: string, field: number) =>
    value.split(',').flatMap((part) => valuesOf(part, fields[field] as Field) ?? []);
  const first = Math.min(...all(dayOfMonth, 2));
  return all(month, 3).some((each) => first <= (longest[each - 1] ?? 0));
}

/** The numbers that a part of a list stands for; undefined where it is none. */
function valuesOf(part: string, { min, max, names = [] }: Field): number[] | undefined {
  const [range = '', step = '1', rest] = part.split('/');
  if (rest !== undefined || !/^\d+$/.test(step) || Number(step) < 1) return undefined;
  const number = (value: string) => {
    const named = names.indexOf(value.toUpperCase());
    if (named >= 0) return min + named;
    return /^\d+$/.test(value) ? Number(value) : Number.NaN;
  };
  const [from = '', to, more] = range.split('-');
  if (more !== undefined) return undefined;
  const first = range === '*' ? min : number(from);
  // With a step, a single number is where an open range begins.
  const last = range === '*' || (to === undefined && part.includes('/')) ? max : number(to ?? from);
  if (!(first >= min && last <= max && first <= last)) return undefined;
  return Array.from(
    { length: Math.floor((last - first) / Number(step)) + 1 },
    (_, i) => first + i * Number(step),
  );
}
