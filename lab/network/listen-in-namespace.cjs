// Runs in a network namespace for a moment: opens listening sockets there and hands them to the lab, whose own
// servers then accept the namespace's connections.
const { createServer } = require('node:net');

for (const address of JSON.parse(process.argv[2])) {
  const server = createServer();
  server.once('error', (error) => process.send({ error: error.message }));
  server.listen(address, () => process.send(address, server));
}
process.once('disconnect', () => process.exit());
