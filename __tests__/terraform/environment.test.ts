import { terraformEnvironment } from '../../lab/terraform/environment';

const aws = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4000', AWS_ACCESS_KEY_ID: 'test' };
const provider = { version: '5.100.0', path: '/opt/m', packed: false, target: 'linux_amd64' };

describe('the environment of a Terraform of the lab', () => {
  test('holds nothing of a real account', () => {
    const user = {
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'real',
      AWS_SECRET_ACCESS_KEY: 'real',
      AWS_CONFIG_FILE: '/home/me/.aws/config',
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/real',
      TF_WORKSPACE: 'production',
      TF_VAR_secret: 'real',
    };
    const environment = terraformEnvironment(user, aws, '/lab/terraform/web', {});
    expect(Object.values(environment).filter((value) => /real|production/.test(value))).toEqual([]);
    expect(environment).toMatchObject({
      ...aws,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      TF_DATA_DIR: '/lab/terraform/web/.terraform',
    });
  });

  test('passes a proxy on, with the lab as an exception beside those of the user', () => {
    const user = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'intra.example' };
    expect(terraformEnvironment(user, aws, '/f', {})).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'intra.example,127.0.0.1,localhost',
    });
  });

  test('keeps a plugin cache only where the provider comes from the registry', () => {
    const user = { TF_PLUGIN_CACHE_DIR: '/cache' };
    expect(terraformEnvironment(user, aws, '/f', {}).TF_PLUGIN_CACHE_DIR).toBe('/cache');
    expect(terraformEnvironment(user, aws, '/f', { provider })).not.toHaveProperty('TF_PLUGIN_CACHE_DIR');
  });
});
