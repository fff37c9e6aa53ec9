import { type Check, object, text } from './private/shape';
import type { AutoscaledServiceProps } from './props';
import { checkService } from './props';
import { ServiceError } from './service-error';

/** What `main.ts` is told by cdktf.json's `context`. */
export interface ServiceSettings {
  readonly service: AutoscaledServiceProps;
  /** Region of AWS, such as `eu-central-1`. */
  readonly region: string;
  /** Where Terraform's state lies. @default - a file beside cdktf.json */
  readonly backend?: BackendSettings;
}

/** @see https://developer.hashicorp.com/terraform/language/backend/s3 */
export interface BackendSettings {
  readonly bucket: string;
  readonly key: string;
  /** Region of the bucket. */
  readonly region: string;
}

const region: Check = text('a region such as "eu-central-1"', /^[a-z]{2,}(-[a-z]+)+-\d$/, 'InvalidRegion');
const backend = object({
  bucket: text('the name of an S3 bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  key: text('the key of an S3 object', /^[^/].*$/),
  region,
});

/**
 * Reads `service` and `backend` from a CDKTF context; other keys there are CDKTF's own. Throws a ServiceError
 * that names the setting, its value and what is allowed. Loads no CDKTF.
 */
export function readServiceSettings(context: Readonly<Record<string, unknown>>): ServiceSettings {
  const { service: given, backend: backendSettings } = context;
  if (given === undefined) {
    throw new ServiceError(
      'MissingSetting',
      'The context has no service; put { "service": { "name": …, "region": … } } into cdktf.json under "context".',
    );
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ServiceError('InvalidSetting', `service is ${JSON.stringify(given)}; it must be an object.`);
  }
  const { region: serviceRegion, ...service } = given as Record<string, unknown>;
  if (serviceRegion === undefined) {
    throw new ServiceError('MissingSetting', 'service.region is missing; it has no default.');
  }
  const nothingIsAReference = () => false;
  region(serviceRegion, 'service.region', nothingIsAReference);
  checkService(service, 'service', nothingIsAReference);
  if (backendSettings !== undefined) backend(backendSettings, 'backend', nothingIsAReference);
  return {
    service,
    region: serviceRegion as string,
    backend: backendSettings as BackendSettings | undefined,
  };
}
