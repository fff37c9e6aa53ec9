/** Text in columns: durations, bars, marks, and styled lines that know how wide they are. */
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
/** Plain text, or text with a style. Widths are counted without the styling. */
export type Span = string | readonly [text: string, style: Style];
export type Line = readonly Span[];

/** Cut to `width` columns, with an ellipsis where something is missing. */
export function renderLine(line: Line, width: number, coloured: boolean): string {
  const whole = line.reduce((total, span) => total + textOf(span).length, 0);
  let left = whole > width ? width - 1 : width;
  let rendered = '';
  for (const span of line) {
    const text = textOf(span).slice(0, Math.max(0, left));
    left -= text.length;
    rendered += typeof span === 'string' || !coloured || text === '' ? text : paint(text, span[1]);
  }
  return whole > width ? `${rendered}…` : rendered;
}

function textOf(span: Span): string {
  return typeof span === 'string' ? span : span[0];
}

function paint(text: string, style: Style): string {
  // Whether to colour was decided by our own rule; Node's would look at standard output once more.
  return styleText(style, text, { validateStream: false });
}

/** `7 s`, `1 min 32 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function bar(percent: number, width: number): string {
  const filled = Math.round((Math.max(0, Math.min(100, percent)) / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(Math.max(0, width - filled));
}

/** `●●○` for two breaching datapoints in a row of the three that make an alarm. */
export function marks(breaches: number, needed: number): string {
  const full = Math.min(Math.max(0, breaches), needed);
  return '●'.repeat(full) + '○'.repeat(needed - full);
}

/** `100,000` */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
