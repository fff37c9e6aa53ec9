/** What a bake asks of AWS. */

export interface BakeCloud {
  readonly region: string;
  /** Where AWS is asked, when that is not AWS's own endpoint. */
  readonly endpoint: string | undefined;
  /** The newest version. @throws ServiceError `AwsRefused` */
  template(id: string): Promise<Template>;
  image(id: string): Promise<Image>;
  /** Of the VPC in which a security group is. */
  network(securityGroupId: string): Promise<Network>;
  /** Answers the instance's id. */
  run(request: RunRequest): Promise<string>;
  instanceState(instanceId: string): Promise<InstanceState>;
  /** What the instance has written to its console, as far as EC2 shows it. */
  console(instanceId: string): Promise<string>;
  createImage(request: ImageRequest): Promise<string>;
  imageState(imageId: string): Promise<{ readonly state: string; readonly reason?: string }>;
  /** With what was stored for it. */
  deregisterImage(imageId: string): Promise<void>;
  putParameter(name: string, imageId: string): Promise<void>;
  terminate(instanceId: string): Promise<void>;
}

export interface Template {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly imageId: string;
  /** Decoded. */
  readonly userData: string;
  readonly securityGroupIds: readonly string[];
  /** Its instances get public addresses. */
  readonly instancesArePublic: boolean;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  /** What a baked image was baked from. */
  readonly bakedFrom: string | undefined;
}

export interface Network {
  readonly accountId: string;
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
}

export interface Subnet {
  readonly id: string;
  /** Where its way to the Internet begins: `igw-…`, `nat-…`; undefined where there is none. */
  readonly wayOut: string | undefined;
}

export interface RunRequest {
  readonly template: Pick<Template, 'id' | 'version'>;
  readonly imageId: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly publicAddress: boolean;
  readonly userData: string;
  readonly name: string;
}

export interface ImageRequest {
  readonly instanceId: string;
  readonly name: string;
  readonly bakedFrom: string;
}

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
