import { ServiceError } from '../modules/service-error';

/** An error as an AWS API answers it: AWS's code, its message, the HTTP status. The gateway alone renders it. */
export class AwsError extends ServiceError {
  constructor(
    code: string,
    message: string,
    readonly status = 400,
  ) {
    super(code, message);
    this.name = 'AwsError';
  }
}
