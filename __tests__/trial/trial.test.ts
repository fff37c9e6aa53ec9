import { parseEnvironmentFile } from '../../lab/machines/environment-file';
import { withoutTraffic } from '../../lab/trial/targets';
import { changeUserData } from '../../lab/trial/user-data';

const userData = `#cloud-config
${JSON.stringify({
  write_files: [
    { path: '/etc/koa/settings', content: 'NAME="web"\nKEY="old"\n', permissions: '0644' },
    { path: '/etc/koa/environment', content: '' },
    { path: '/usr/local/lib/koa/install', content: 'echo hello' },
  ],
  runcmd: ['install'],
})}
`;

function contentOf(changed: string, path: string): string {
  const [header, json = ''] = changed.split('\n');
  expect(header).toBe('#cloud-config');
  return JSON.parse(json).write_files.find((file: { path: string }) => file.path === path).content;
}

test('settings and environment are set over what is there, in a syntax that keeps every value', () => {
  const odd = 'a "b" $c `d` \\e';
  const changed = changeUserData(userData, { settings: { KEY: 'new' }, environment: { ODD: odd } });
  const read = (path: string) => parseEnvironmentFile(contentOf(changed, path));
  expect(read('/etc/koa/settings')).toEqual({ NAME: 'web', KEY: 'new' });
  expect(read('/etc/koa/environment')).toEqual({ ODD: odd });
  expect(contentOf(changed, '/usr/local/lib/koa/install')).toBe('echo hello');
});

test('commands take the place of the service’s, and stay where none are given', () => {
  const commands = (changed: string) => JSON.parse(changed.split('\n')[1] ?? '');
  expect(commands(changeUserData(userData, {}))).toMatchObject({ runcmd: ['install'] });
  expect(commands(changeUserData(userData, { runcmd: ['other'], bootcmd: ['early'] }))).toMatchObject({
    runcmd: ['other'],
    bootcmd: ['early'],
  });
});

test.each(['#!/bin/sh\n', '#cloud-config\nwrite_files: []\n'])(
  '%j can’t be changed, and it says so',
  (text) => {
    expect(() => changeUserData(text, {})).toThrow(expect.objectContaining({ code: 'UserDataUnreadable' }));
  },
);

test('load balancer and group are what an instance boots without', () => {
  const resource = {
    aws_launch_template: { web: {} },
    aws_lb: { web: {} },
    aws_lb_listener: { web_http: {} },
    aws_autoscaling_group: { web: {} },
    aws_s3_object: { web_app: {}, web_node: {} },
  };
  expect(withoutTraffic({ resource })).toEqual([
    'aws_launch_template.web',
    'aws_s3_object.web_app',
    'aws_s3_object.web_node',
  ]);
});
