/** Versions of the service's launch template, each with a change to what is tried out. */
import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { changeUserData, type UserDataChange } from './user-data';

export interface TemplateChange {
  readonly userData?: UserDataChange;
  /** In place of the service's image. */
  readonly imageId?: string;
}

export class TrialTemplate {
  private constructor(
    private readonly ec2: EC2Client,
    readonly id: string,
    /** As Terraform made it. */
    private readonly data: RequestLaunchTemplateData,
  ) {}

  static async find(ec2: EC2Client, name: string): Promise<TrialTemplate> {
    const { LaunchTemplateVersions: [latest] = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: name, Versions: ['$Latest'] }),
    );
    if (latest?.LaunchTemplateId === undefined) throw new Error(`there is no launch template ${name}`);
    // What EC2 describes is what it takes, but for the types of a few fields that nobody uses here.
    return new TrialTemplate(
      ec2,
      latest.LaunchTemplateId,
      latest.LaunchTemplateData as RequestLaunchTemplateData,
    );
  }

  get userData(): string {
    return Buffer.from(this.data.UserData ?? '', 'base64').toString('utf8');
  }

  get securityGroup(): string {
    return this.data.NetworkInterfaces?.[0]?.Groups?.[0] ?? '';
  }

  /** @returns the number of a version like the service's own, but for the change */
  async version({ userData = {}, imageId }: TemplateChange): Promise<string> {
    const changed = changeUserData(this.userData, userData);
    const { LaunchTemplateVersion } = await this.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: this.id,
        LaunchTemplateData: {
          ...this.data,
          UserData: Buffer.from(changed).toString('base64'),
          ...(imageId === undefined ? {} : { ImageId: imageId }),
        },
      }),
    );
    return String(LaunchTemplateVersion?.VersionNumber);
  }
}
