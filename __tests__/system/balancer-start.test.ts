/** How the balancer starts, or says why it does not, and how it ends. */
import { existsSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startBalancer } from '../../lab/balancer/haproxy-balancer';
import { Processes } from '../../lab/host/processes';
import { balancerOptions, cleanUp, get, host, startTarget } from '../support/balancer-fixture';

jest.setTimeout(60_000);

describe('start and stop', () => {
  test('a port in use is refused with its number', async () => {
    const options = await balancerOptions();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(options.listen.port, host, resolve));
    cleanUp(() => taken.close());
    await expect(startBalancer(options)).rejects.toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(String(options.listen.port)),
    });
  });

  test('a second balancer on the same port is refused, and the first goes on', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    cleanUp(() => balancer.stop());
    const again = { ...(await balancerOptions()), listen: options.listen };
    await expect(startBalancer(again)).rejects.toMatchObject({ code: 'PortInUse' });
    expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  });

  test('a configuration that HAProxy refuses is told with its reason and the log’s place', async () => {
    const options = await balancerOptions({ idleTimeout: 10_000_000_000 });
    await expect(startBalancer(options)).rejects.toMatchObject({
      code: 'BalancerNotStarted',
      message: expect.stringMatching(/timeout client.*haproxy\.log/s),
    });
  });

  test('a program that is not there is told as such', async () => {
    const options = { ...(await balancerOptions()), haproxyBinary: 'no-such-haproxy' };
    await expect(startBalancer(options)).rejects.toMatchObject({ code: 'ProcessNotStarted' });
  });

  test('stop leaves no process, no port and no socket, and later calls say so', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    const socketFolder = readlinkSync(join(options.directory, 'run'));
    expect(existsSync(join(socketFolder, 'admin'))).toBe(true);
    const target = await startTarget();
    await balancer.addTarget('i-1', target.address);
    await Promise.all([balancer.stop(), balancer.stop()]);
    expect(existsSync(socketFolder)).toBe(false);
    await expect(get(balancer, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await Processes.stopRecorded(options.recordFile)).toEqual([]);
    await expect(balancer.probes()).rejects.toMatchObject({ code: 'BalancerStopped' });
  });

  test('a balancer that was killed says that it does not answer', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    cleanUp(() => balancer.stop());
    await options.processes.stopAll();
    await expect(balancer.counters()).rejects.toMatchObject({ code: 'BalancerUnreachable' });
  });
});
