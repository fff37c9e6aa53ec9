/**
 * Names of what a lab makes in the kernel. All begin with a prefix that follows from the lab's folder: that is how
 * what a killed lab left is found again, and two labs on one host do not meet.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

export function kernelPrefix(labDirectory: string): string {
  return `koa-lab-${createHash('sha256').update(resolve(labDirectory)).digest('hex').slice(0, 8)}`;
}

/** Of a VPC's or an instance's network namespace: the file in /run/netns. */
export function namespaceName(prefix: string, id: string): string {
  return `${prefix}-${id}`;
}

/** The end of an instance's cable at the router. IFNAMSIZ leaves 15 characters; the end of an id is random. */
export function cableName(instanceId: string): string {
  return `i-${instanceId.slice(-13)}`;
}
