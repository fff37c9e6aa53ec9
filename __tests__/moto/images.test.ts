import { imageParameters, machineImages, motoImages } from '../../lab/moto/images';

describe('the images of the embedded AWS', () => {
  test.each([
    ['/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id', 'x86_64', 'noble'],
    ['/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id', 'arm64', 'noble'],
    ['/aws/service/debian/release/12/latest/amd64', 'x86_64', 'bookworm'],
    ['/aws/service/debian/release/13/latest/arm64', 'arm64', 'trixie'],
  ])('%s stands for one of its processor and release', (parameter, architecture, release) => {
    const image = machineImages.find(({ imageId }) => imageId === imageParameters.get(parameter));
    expect(image).toMatchObject({ architecture, description: expect.stringContaining(release) });
  });

  test('have ids of their own, in the form of EC2', () => {
    const ids = machineImages.map(({ imageId }) => imageId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^ami-[0-9a-f]{17}$/.test(id))).toEqual([]);
  });

  test('are written for moto one by one', () => {
    expect(motoImages()).toHaveLength(machineImages.length);
  });
});
