/** The faults that are tried, by the test file that tries them, and what must hold of each. */
export interface Fault {
  readonly name: string;
  readonly mustHold: string;
  readonly file: 'faults-service' | 'faults-boot';
}

const service = (name: string, mustHold: string): Fault => ({ name, mustHold, file: 'faults-service' });
const boot = (name: string, mustHold: string): Fault => ({ name, mustHold, file: 'faults-boot' });

const killed = 'no more requests are lost than were in flight; no POST is carried out twice';
const neverServes = 'the instance never enters service; its console tells why';

/** In the order of the table. */
export const faults: readonly Fault[] = [
  service('one worker killed with -9', killed),
  service('all workers killed with -9 at once', killed),
  service('nginx killed with -9', killed),
  service('all workers restarted', 'no request is lost'),
  service(
    'the first worker in a crash loop, then mended',
    'no request is lost; in the end every worker serves',
  ),
  service('a broken release activated', 'the release before serves on; no request is lost'),
  service('event loop blocked for 5 s', 'no request is lost; the instance stays in service'),
  service('overload', 'what is too much is answered 503 with Retry-After; no instance is terminated'),
  service(
    'memory over the limit',
    'a worker ends and not the instance; no more requests are lost than were in flight',
  ),
  service('SIGTERM under load', 'an instance that leaves loses no request'),
  boot('app that throws at start', neverServes),
  boot('SHA-256 that does not match', `${neverServes}; nothing of it is kept`),
  boot('S3 answers 403 for 20 s', 'the instance tries again and serves'),
  boot('S3 answers 403 for ever', neverServes),
  boot('S3 answers 503 for 5 s', 'the instance tries again and serves'),
  boot('the lifecycle call fails for 5 s', 'the instance tries again and enters service'),
  boot('package archive unreachable', neverServes),
  boot('metadata service slow, 3 s for each answer', 'the instance serves, later'),
  boot('disk full', neverServes),
  boot('boot cut off half way, run again', 'it serves; nothing is half installed'),
  boot('reboot', 'the instance serves again by itself'),
];
