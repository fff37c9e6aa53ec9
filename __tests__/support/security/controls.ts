import type { Control } from './control';
import { ec2Controls } from './ec2-controls';
import { elbControls } from './elb-controls';
import { autoScalingControls, iamControls } from './group-and-role-controls';
import { s3Controls } from './s3-controls';

export const controls: readonly Control[] = [
  ...autoScalingControls,
  ...ec2Controls,
  ...elbControls,
  ...iamControls,
  ...s3Controls,
];
