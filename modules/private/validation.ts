import { type AutoscaledServiceProps, logRetentionDays, operatingSystems, serviceDefaults } from '../props';
import { ServiceError } from '../service-error';
import { parseIpv4Range } from './cidr';
import {
  type Check,
  type IsReference,
  knownText,
  listOf,
  mapOf,
  numberAbove,
  object,
  oneOf,
  oneOfNumbers,
  refuse,
  text,
  wholeNumber,
  yesOrNo,
} from './shape';
import { timesOf } from './times';

/**
 * Checks a whole service before anything is made of it.
 * @param at where the settings stand, in front of their names in a message; empty for a construct's props
 */
export function checkService(
  value: unknown,
  at: string,
  isReference: IsReference,
): asserts value is AutoscaledServiceProps {
  service(value, at, isReference);
  const props = value as AutoscaledServiceProps;
  const min = props.minCapacity ?? serviceDefaults.minCapacity;
  if (props.maxCapacity !== undefined && min > props.maxCapacity) {
    throw new ServiceError(
      'CapacityInverted',
      `minCapacity ${min} is above maxCapacity ${props.maxCapacity}; raise the max or lower the min.`,
    );
  }
  timesOf(props);
}

const serviceName: Check = (value, at, isReference) => {
  knownText(
    '1 to 23 small letters, digits and single hyphens, a letter first and no hyphen last, such as "web"',
    /^(?=.{1,23}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'InvalidServiceName',
  )(value, at, isReference);
  if (/^(internal|sg)-/.test(String(value))) {
    refuse(
      'InvalidServiceName',
      at,
      value,
      'a name without internal- or sg- in front, which AWS keeps for itself',
    );
  }
};

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const ownNetworkCidr: Check = (value, at, isReference) => {
  ipv4Range(value, at, isReference, 16, 23);
  const [first = 0, second] = String(value).split('.').map(Number);
  if (first === 0 || first === 127 || first >= 224 || (first === 169 && second === 254)) {
    refuse(
      'InvalidCidr',
      at,
      value,
      'outside of 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and 224.0.0.0/3, which have other uses',
    );
  }
};

/** Spelled-out refusal of the world first: the sentence about prefix lengths would hide the reason. */
const sshSource: Check = (value, at, isReference) => {
  if (typeof value === 'string' && /\/0+$/.test(value)) {
    throw new ServiceError(
      'WorldOpenSsh',
      `${at} is ${JSON.stringify(value)}, the whole world; name the IPv4 ranges that people connect from, /8 or narrower, or leave ssh out and use Session Manager.`,
    );
  }
  ipv4Range(value, at, isReference, 8, 32);
};

function ipv4Range(
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

const zones: Check = (value, at) => {
  if (value !== 'all' && !(Number.isInteger(value) && Number(value) >= 2 && Number(value) <= 6)) {
    refuse('SettingOutOfRange', at, value, '2 to 6, or "all": a load balancer needs two zones');
  }
};

const subnetIds = (min: number) => listOf(text('the id of a subnet, subnet-…', /^subnet-\S+$/), min);

const ownNetwork = object({}, { cidr: ownNetworkCidr, zones, privateInstances: yesOrNo });
const existingNetwork = object(
  { vpcId: text('the id of a VPC, vpc-…', /^vpc-\S+$/), publicSubnetIds: subnetIds(2) },
  { instanceSubnetIds: subnetIds(1) },
);
const network: Check = (value, at, isReference) => {
  const exists =
    hasKey(value, 'vpcId') || hasKey(value, 'publicSubnetIds') || hasKey(value, 'instanceSubnetIds');
  (exists ? existingNetwork : ownNetwork)(value, at, isReference);
};

const amiImage = object({ amiId: text('the id of an image, ami-…', /^ami-\S+$/) });
const parameterImage = object({ ssmParameter: text('the name of an SSM parameter', /^[\w./:-]+$/) });
const publishedImage = object(
  { os: oneOf(operatingSystems) },
  { publication: knownText('a serial such as "20251022"', /^\d[\d.-]*$/, 'InvalidSetting') },
);
const image: Check = (value, at, isReference) => {
  const kind = hasKey(value, 'amiId')
    ? amiImage
    : hasKey(value, 'ssmParameter')
      ? parameterImage
      : publishedImage;
  kind(value, at, isReference);
};

const instanceType: Check = (value, at, isReference) => {
  knownText('an instance type such as "t3.micro"', /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'InvalidInstanceType')(
    value,
    at,
    isReference,
  );
  if (String(value).startsWith('mac')) {
    refuse('InvalidInstanceType', at, value, 'a type that runs Linux; Mac instances do not');
  }
};

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

const ownLogGroup = object({ retentionDays: oneOfNumbers(logRetentionDays) });
const existingLogGroup = object({
  logGroupName: text('the name of a log group, 1 to 512 letters, digits and _ - / . #', /^[\w\-/.#]{1,512}$/),
});
const logs: Check = (value, at, isReference) => {
  (hasKey(value, 'logGroupName') ? existingLogGroup : ownLogGroup)(value, at, isReference);
};

const statement = object(
  {
    actions: listOf(text('an action such as "s3:GetObject"', /^(\*|[\w-]+:[\w*?]+)$/), 1),
    resources: listOf(text('an ARN or "*"'), 1),
  },
  {
    effect: oneOf(['Allow', 'Deny']),
    conditions: mapOf(text('a condition operator'), mapOf(text('a condition key'), stringOrList)),
  },
);

function stringOrList(value: unknown, at: string, isReference: IsReference): void {
  const check = Array.isArray(value)
    ? listOf(text('a string', /^/))
    : text('a string or a list of strings', /^/);
  check(value, at, isReference);
}

const tagName = text(
  '1 to 128 characters, not beginning with aws:',
  /^(?!aws:)[\s\S]{1,128}$/i,
  'InvalidTag',
);
const tagValue = text('a string of at most 256 characters', /^[\s\S]{0,256}$/, 'InvalidTag');

const healthCheck = object(
  {},
  {
    path: text('a path that begins with /, of at most 1024 characters', /^\/[!-~]{0,1023}$/),
    intervalSeconds: wholeNumber(5, 300),
    timeoutSeconds: wholeNumber(2, 120),
    healthyThreshold: wholeNumber(2, 10),
    unhealthyThreshold: wholeNumber(2, 10),
  },
);

const service = object(
  { name: serviceName },
  {
    network,
    image,
    instanceType,
    minCapacity: wholeNumber(1),
    maxCapacity: wholeNumber(1),
    cpuTarget: numberAbove(0, 100),
    warmupSeconds: wholeNumber(1, 3600),
    bootSeconds: wholeNumber(30, 1800),
    release: knownText('the folder that `npm run release` made', /\S/, 'InvalidSetting'),
    environment: mapOf(environmentName, environmentValue),
    secrets: mapOf(secretName, secretParameter),
    outboundNetwork: oneOf(['allowed', 'denied']),
    logs,
    ssh: object({ keyName: text('the name of a key pair'), sourceCidrs: listOf(sshSource, 1) }),
    securityGroupIds: listOf(text('the id of a security group, sg-…', /^sg-\S+$/), 0, 4),
    policyStatements: listOf(statement),
    rootVolumeGiB: wholeNumber(1, 16384),
    healthCheck,
    deregistrationDelaySeconds: wholeNumber(0, 3600),
    tags: mapOf(tagName, tagValue, 40),
  },
);

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
