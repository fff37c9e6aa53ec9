import { type Check, mapOf, oneOf, refuse, text } from '../private/shape';

/**
 * The service sets these itself, on every instance, or they would take the app away from its socket. `DRAIN_SECONDS`
 * hangs together with systemd's stop time-out, `NODE_OPTIONS` holds the limit of a worker's heap.
 */
export const reservedEnvironment = [
  'SERVICE_NAME',
  'NODE_ENV',
  'NODE_OPTIONS',
  'HOST',
  'PORT',
  'SOCKET_PATH',
  'DRAIN_SECONDS',
  'AWS_REGION',
  'INSTANCE_ID',
  'AVAILABILITY_ZONE',
  'WORKER',
  'READY_FILE',
  'INTERRUPTION_FILE',
  'CREDENTIALS_DIRECTORY',
];

const overloadDelay: Check = (value, at) => {
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!(number === 0 || (number >= 100 && number <= 60_000))) {
    refuse('SettingOutOfRange', at, value, 'a whole number from 100 to 60000, or 0, which never sheds');
  }
};

/** What the app takes of a service's choice. With anything else it would not start, on any instance. */
export const boundedEnvironment: Readonly<Record<string, Check>> = {
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  OVERLOAD_DELAY_MILLISECONDS: overloadDelay,
};

const environmentName: Check = (value, at) => {
  const name = String(value);
  if (reservedEnvironment.includes(name) || name.startsWith('LISTEN_')) {
    refuse(
      'ReservedEnvironmentName',
      at,
      value,
      `another one: the service sets ${reservedEnvironment.join(', ')} and LISTEN_* itself`,
    );
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    refuse('InvalidEnvironmentName', at, value, 'letters, digits and underscores, no digit first');
  }
};

const environmentValue: Check = (value, at) => {
  if (typeof value !== 'string') refuse('InvalidEnvironmentValue', at, value, 'a string; quote numbers');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is refused
  if (/[\u0000\n\r\ufeff\p{Surrogate}]/u.test(value)) {
    refuse(
      'InvalidEnvironmentValue',
      at,
      value,
      'one line of Unicode text; encode it, for example in base64',
    );
  }
};

const eachVariable = mapOf(environmentName, environmentValue);

export const checkEnvironment: Check = (value, at, isReference) => {
  eachVariable(value, at, isReference);
  for (const [name, each] of Object.entries(value as Record<string, string>)) {
    // The app takes one without a value as not set.
    if (each !== '' && !isReference(each)) boundedEnvironment[name]?.(each, `${at}.${name}`, isReference);
  }
};

/** What a credential is called is a file's name for systemd, and a variable's in a shell. */
const secretName: Check = (value, at) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(String(value))) {
    refuse('InvalidSecretName', at, value, '1 to 64 letters, digits and underscores, no digit first');
  }
};

/** Whole words of a shell: instances read them from a list with spaces between. */
const secretParameter = text(
  'the name of an SSM parameter: letters, digits and _ . - with / in between',
  /^\/?[\w.-]+(\/[\w.-]+)*$/,
  'InvalidSecretParameter',
);

export const checkSecrets = mapOf(secretName, secretParameter);
