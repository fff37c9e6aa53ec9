import { type Check, mapOf, refuse, text } from '../private/shape';

/** The service sets these itself, on every instance. */
export const reservedEnvironment = [
  'SERVICE_NAME',
  'NODE_ENV',
  'PORT',
  'SOCKET_PATH',
  'INSTANCE_ID',
  'AVAILABILITY_ZONE',
  'WORKER',
  'READY_FILE',
  'INTERRUPTION_FILE',
  'CREDENTIALS_DIRECTORY',
];

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

export const checkEnvironment = mapOf(environmentName, environmentValue);
export const checkSecrets = mapOf(secretName, secretParameter);
