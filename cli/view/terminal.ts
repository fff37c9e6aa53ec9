/** What a stream can show, by the conventions of terminals: NO_COLOR, FORCE_COLOR, TERM=dumb, CI. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * FORCE_COLOR wins over NO_COLOR, as in Node.
 *
 * @see https://no-color.org and https://nodejs.org/docs/latest-v20.x/api/tty.html#writestreamgetcolordepthenv
 */
export function isColoured(env: Environment, isTTY: boolean): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY && TERM !== 'dumb' && !NO_COLOR;
}

/** Whether lines can be redrawn in place. A CI service may offer a terminal, but it keeps every redraw in its log. */
export function canRedraw(env: Environment, isTTY: boolean): boolean {
  return isTTY && env.TERM !== 'dumb' && (env.CI === undefined || env.CI === '' || env.CI === 'false');
}
