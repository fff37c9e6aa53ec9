import { once } from 'node:events';
import { createServer } from 'node:net';
import { assertFree, freePort } from '../../lab/host/ports';

test('a free port can be listened on', async () => {
  await assertFree({ host: '127.0.0.1', port: await freePort() }, '--port');
});

test('a port in use is refused with the setting, the port and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(assertFree({ host: '127.0.0.1', port }, '--port')).rejects.toMatchObject({
    code: 'PortInUse',
    message: expect.stringMatching(new RegExp(`^--port is ${port}, .*choose another port`)),
  });
  server.close();
});
