/**
 * What the app takes from its environment, read once at the start. Pure: environment in, configuration or a
 * sentence out.
 */

/** Where the server listens; the first that the environment names. */
export type ListenOn =
  /** A descriptor inherited from systemd, sd_listen_fds(3). */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'port'; readonly host: string; readonly port: number };

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Configuration {
  readonly listenOn: ListenOn;
  /** `INSTANCE_ID`: the EC2 instance's id. Default `local`. */
  readonly instanceId: string;
  /** `AVAILABILITY_ZONE`. Default `local`. */
  readonly availabilityZone: string;
  /** `WORKER`: which of the instance's processes this is; a label on its metrics. Default: none. */
  readonly worker: string | undefined;
  /** `READY_FILE`: made when the app is ready, for who waits for this very process. Default: none. */
  readonly readyFile: string | undefined;
  /** `INTERRUPTION_FILE`: once it is there, `/readyz` answers 503. Default: none. */
  readonly interruptionFile: string | undefined;
  /** `LOG_LEVEL`. Default `info`. Requests are logged by nginx, not here. */
  readonly logLevel: LogLevel;
  /**
   * `DRAIN_SECONDS`: how long requests in flight may still take after SIGTERM. Default 25, range 0 to 3600. Shorter
   * than systemd's stop time-out (35 s), or systemd kills what is still being answered.
   */
  readonly drainSeconds: number;
  /**
   * `OVERLOAD_DELAY_MILLISECONDS`: how late the event loop has to be, on average over two seconds in a row, before
   * requests are shed. Default 1000, range 100 to 60000, or 0 for never.
   */
  readonly overloadDelayMilliseconds: number;
}

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param processId to tell whether systemd's descriptors are meant for this process
 * @throws ConfigurationError with a sentence that names the variable, its value and what is allowed
 */
export function readConfiguration(environment: Environment, processId: number): Configuration {
  return {
    listenOn: listenOn(environment, processId),
    instanceId: name(environment, 'INSTANCE_ID') ?? 'local',
    availabilityZone: name(environment, 'AVAILABILITY_ZONE') ?? 'local',
    worker: name(environment, 'WORKER'),
    readyFile: set(environment, 'READY_FILE'),
    interruptionFile: set(environment, 'INTERRUPTION_FILE'),
    logLevel: logLevel(environment),
    drainSeconds: wholeNumber(environment, 'DRAIN_SECONDS', { default: 25, from: 0, to: 3_600 }),
    overloadDelayMilliseconds: wholeNumber(environment, 'OVERLOAD_DELAY_MILLISECONDS', {
      default: 1_000,
      from: 100,
      to: 60_000,
      orZero: 'never sheds',
    }),
  };
}

/** systemd's descriptors begin here: SD_LISTEN_FDS_START, sd_listen_fds(3). */
const firstInheritedDescriptor = 3;

function listenOn(environment: Environment, processId: number): ListenOn {
  // LISTEN_PID keeps a child, which inherits the environment too, from taking its parent's socket.
  if (environment.LISTEN_PID === String(processId)) {
    if (environment.LISTEN_FDS !== '1') {
      throw new ConfigurationError(
        `LISTEN_FDS is ${quoted(environment.LISTEN_FDS)}; the app listens on exactly one socket, so give its unit one socket unit with one ListenStream=`,
      );
    }
    return { kind: 'descriptor', descriptor: firstInheritedDescriptor };
  }
  const path = set(environment, 'SOCKET_PATH');
  if (path !== undefined) return { kind: 'socket', path: socketPath(path) };
  return {
    kind: 'port',
    host: set(environment, 'HOST') ?? '127.0.0.1',
    port: wholeNumber(environment, 'PORT', { default: 3000, from: 0, to: 65_535 }),
  };
}

/** sun_path, unix(7), is 108 bytes on Linux and 104 on macOS, its closing zero included: this many fit on both. */
const longestSocketPath = 103;

function socketPath(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (bytes <= longestSocketPath) return path;
  throw new ConfigurationError(
    `SOCKET_PATH is ${bytes} bytes long, and a unix socket's path may have ${longestSocketPath}; use a shorter folder than ${quoted(path)}`,
  );
}

/** Names end up in a page, in labels and in logs; so they are made of what ids and zones are made of. */
function name(environment: Environment, variable: string): string | undefined {
  const value = set(environment, variable);
  if (value === undefined || /^[A-Za-z0-9._-]{1,32}$/.test(value)) return value;
  throw new ConfigurationError(
    `${variable} is ${quoted(value)}; allowed are 1 to 32 letters, digits, dots, dashes and underscores`,
  );
}

function logLevel(environment: Environment): LogLevel {
  const value = set(environment, 'LOG_LEVEL') ?? 'info';
  const level = logLevels.find((known) => known === value);
  if (level !== undefined) return level;
  throw new ConfigurationError(`LOG_LEVEL is ${quoted(value)}; allowed are ${logLevels.join(', ')}`);
}

function wholeNumber(
  environment: Environment,
  variable: string,
  range: { default: number; from: number; to: number; orZero?: string },
): number {
  const value = set(environment, variable);
  if (value === undefined) return range.default;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= range.from && number <= range.to) return number;
  if (number === 0 && range.orZero !== undefined) return 0;
  const zero = range.orZero === undefined ? '' : `, or 0, which ${range.orZero}`;
  throw new ConfigurationError(
    `${variable} is ${quoted(value)}; allowed are whole numbers from ${range.from} to ${range.to}${zero}`,
  );
}

/** A variable set to nothing counts as not set, as in an environment file with the value left out. */
function set(environment: Environment, variable: string): string | undefined {
  const value = environment[variable];
  return value === '' ? undefined : value;
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
