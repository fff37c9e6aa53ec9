/** The credentials of roles that instances find in their metadata, and by which the gateway knows them again. */
import { randomBytes } from 'node:crypto';

export interface RoleCredentials {
  readonly instanceId: string;
  /** Name of the role. */
  readonly role: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch, as is the next. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Milliseconds. EC2's are good for about six hours. */
const lifetime = 6 * 3600 * 1000;

/**
 * "We make new credentials available at least five minutes before the expiration of the old credentials."
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
const renewal = 300 * 1000;

export class CredentialStore {
  readonly #byAccessKey = new Map<string, RoleCredentials>();
  /** The newest of each instance. */
  readonly #current = new Map<string, RoleCredentials>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Those that the instance finds now: new ones when the old run out, or when its role is another. */
  issue(instanceId: string, role: string): RoleCredentials {
    const current = this.#current.get(instanceId);
    if (current?.role === role && this.now() < current.expiresAt - renewal) return current;
    const issued = newCredentials(instanceId, role, this.now());
    this.#current.set(instanceId, issued);
    this.#byAccessKey.set(issued.accessKeyId, issued);
    return issued;
  }

  /** Expired ones too: who uses them is told that they are. */
  find(accessKeyId: string): RoleCredentials | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }
}

function newCredentials(instanceId: string, role: string, now: number): RoleCredentials {
  return {
    instanceId,
    role,
    // ASIA: temporary. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    accessKeyId: `ASIA${base32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: `IQoJb3JpZ2luX2Vj${randomBytes(240).toString('base64')}`,
    issuedAt: now,
    expiresAt: now + lifetime,
  };
}

function base32(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}
