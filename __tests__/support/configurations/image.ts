import type { Configuration } from './configuration';

export const imageConfigurations: readonly Configuration[] = [
  { title: 'with nothing but a name', props: {} },
  { title: 'on Debian 12', props: { image: { os: 'debian-12' } } },
];
