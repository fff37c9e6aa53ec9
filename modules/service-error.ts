/**
 * The one error of this project: a code for programs, a sentence for people. The sentence says what is wrong,
 * with which value, and what to do about it.
 */
export class ServiceError extends Error {
  constructor(
    /** Stable and searchable, in the style of AWS's error codes: `CapacityInverted`, `PortInUse`. */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ServiceError';
  }
}
