/** What an instance may know of itself. */
import type { LifecycleState } from '../autoscaling/model';
import type { RoleCredentials } from './credentials';

export interface InstanceView {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly accountId: string;
  readonly region: string;
  readonly zone: string;
  readonly privateIp: string;
  /** Decoded; empty where there is none. */
  readonly userData: string;
  /** Undefined without an instance profile, and while its credentials are not there yet. */
  readonly credentials: RoleCredentials | undefined;
  /** Undefined outside an Auto Scaling group. */
  readonly lifecycleState: LifecycleState | undefined;
  readonly spotNotice: SpotNotice | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export interface SpotNotice {
  readonly action: 'terminate' | 'stop' | 'hibernate';
  /** Milliseconds since the epoch. */
  readonly at: number;
}
