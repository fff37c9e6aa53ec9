/** An AWS of which a test says how it goes. */
import type { BakeCloud, ImageRequest, InstanceState, RunRequest } from '../../bake/cloud';

export const serviceUserData = `#cloud-config\n${JSON.stringify({
  write_files: [{ path: '/usr/local/lib/koa/install', content: '#!/bin/sh\n' }],
  runcmd: ['/usr/local/lib/koa/install && systemctl start koa-activate.service'],
})}`;

export class FakeCloud implements BakeCloud {
  readonly region = 'eu-central-1';
  readonly endpoint = undefined;
  /** Everything that was changed, in its order. */
  readonly done: string[] = [];
  ran: RunRequest | undefined;
  made: ImageRequest | undefined;
  /** The states that the instance shows, one after the other; the last one stays. */
  states: InstanceState[] = ['pending', 'running', 'stopping', 'stopped'];
  consoles: string[] = ['koa-boot: installed\nkoa-boot: sealed\r\n'];
  images: { state: string; reason?: string }[] = [{ state: 'pending' }, { state: 'available' }];
  userData = serviceUserData;
  bakedFrom: string | undefined;
  failing: Partial<Record<keyof BakeCloud, Error>> = {};

  async template(id: string) {
    return {
      id,
      version: '7',
      name: 'web',
      imageId: 'ami-template',
      userData: this.userData,
      securityGroupIds: ['sg-1'],
      instancesArePublic: true,
    };
  }
  async image(id: string) {
    return { id, name: 'noble', bakedFrom: this.bakedFrom };
  }
  async network() {
    return {
      accountId: '123456789012',
      vpcId: 'vpc-1',
      subnets: [{ id: 'subnet-1', wayOut: 'igw-1' }],
    };
  }
  async run(request: RunRequest) {
    this.#act('run', `run on ${request.imageId}`);
    this.ran = request;
    return 'i-1';
  }
  async instanceState() {
    return next(this.states);
  }
  async console() {
    return next(this.consoles);
  }
  async createImage(request: ImageRequest) {
    this.#act('createImage', `image of ${request.instanceId}`);
    this.made = request;
    return 'ami-baked';
  }
  async imageState() {
    return next(this.images);
  }
  async deregisterImage(imageId: string) {
    this.#act('deregisterImage', `deregistered ${imageId}`);
  }
  async putParameter(name: string, imageId: string) {
    this.#act('putParameter', `${name} = ${imageId}`);
  }
  async terminate(instanceId: string) {
    this.#act('terminate', `terminated ${instanceId}`);
  }

  #act(what: keyof BakeCloud, done: string): void {
    const failure = this.failing[what];
    if (failure !== undefined) throw failure;
    this.done.push(done);
  }
}

function next<T>(states: T[]): T {
  return (states.length > 1 ? states.shift() : states[0]) as T;
}
