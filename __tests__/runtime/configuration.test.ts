import { ConfigurationError, readConfiguration } from '../../runtime/app/configuration';

const processId = 42;

test('an empty environment gives the defaults', () => {
  expect(readConfiguration({}, processId)).toEqual({
    listenOn: { kind: 'port', host: '127.0.0.1', port: 3000 },
    instanceId: 'local',
    availabilityZone: 'local',
    worker: undefined,
    readyFile: undefined,
    interruptionFile: undefined,
    logLevel: 'info',
    drainSeconds: 25,
    overloadDelayMilliseconds: 1_000,
  });
});

test('a variable set to nothing counts as not set', () => {
  expect(readConfiguration({ PORT: '', LOG_LEVEL: '', SOCKET_PATH: '' }, processId)).toEqual(
    readConfiguration({}, processId),
  );
});

test.each([
  [
    "systemd's descriptor goes before everything else",
    { LISTEN_PID: '42', LISTEN_FDS: '1', SOCKET_PATH: '/run/app.sock', PORT: '80' },
    { kind: 'descriptor', descriptor: 3 },
  ],
  [
    'a descriptor meant for another process is left alone',
    { LISTEN_PID: '41', LISTEN_FDS: '1', PORT: '80' },
    { kind: 'port', host: '127.0.0.1', port: 80 },
  ],
  [
    'a socket goes before a port',
    { SOCKET_PATH: '/run/app.sock', PORT: '80' },
    { kind: 'socket', path: '/run/app.sock' },
  ],
  [
    'a host is taken as it is given',
    { HOST: '0.0.0.0', PORT: '0' },
    { kind: 'port', host: '0.0.0.0', port: 0 },
  ],
])('where it listens: %s', (_title, environment, listenOn) => {
  expect(readConfiguration(environment, processId).listenOn).toEqual(listenOn);
});

test.each<[Record<string, string>, string]>([
  [{ PORT: '65536' }, 'PORT is "65536"; allowed are whole numbers from 0 to 65535'],
  [{ PORT: '80a' }, 'PORT is "80a"'],
  [{ PORT: '-1' }, 'PORT is "-1"'],
  [{ DRAIN_SECONDS: '3601' }, 'DRAIN_SECONDS is "3601"; allowed are whole numbers from 0 to 3600'],
  [{ DRAIN_SECONDS: '2.5' }, 'DRAIN_SECONDS is "2.5"'],
  [
    { OVERLOAD_DELAY_MILLISECONDS: '99' },
    'OVERLOAD_DELAY_MILLISECONDS is "99"; allowed are whole numbers from 100 to 60000, or 0, which never sheds',
  ],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; allowed are fatal, error, warn'],
  [{ INSTANCE_ID: '<b>' }, 'INSTANCE_ID is "<b>"; allowed are 1 to 32 letters'],
  [{ AVAILABILITY_ZONE: 'z'.repeat(33) }, 'AVAILABILITY_ZONE is "zzz'],
  [{ WORKER: 'a b' }, 'WORKER is "a b"'],
  [{ SOCKET_PATH: `/${'s'.repeat(103)}` }, 'SOCKET_PATH is 104 bytes long'],
  [{ LISTEN_PID: '42', LISTEN_FDS: '2' }, 'LISTEN_FDS is "2"; the app listens on exactly one socket'],
  [{ LISTEN_PID: '42' }, 'LISTEN_FDS is not set'],
])('%j is refused with its name, its value and what is allowed', (environment, sentence) => {
  const read = () => readConfiguration(environment, processId);
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(sentence);
});

test.each<[Record<string, string>, object]>([
  [{ OVERLOAD_DELAY_MILLISECONDS: '0' }, { overloadDelayMilliseconds: 0 }],
  [{ OVERLOAD_DELAY_MILLISECONDS: '100' }, { overloadDelayMilliseconds: 100 }],
  [{ OVERLOAD_DELAY_MILLISECONDS: '60000' }, { overloadDelayMilliseconds: 60_000 }],
  [{ DRAIN_SECONDS: '0' }, { drainSeconds: 0 }],
  [{ SOCKET_PATH: `/${'s'.repeat(102)}` }, { listenOn: { kind: 'socket', path: `/${'s'.repeat(102)}` } }],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
])('%j is at the edge of what is allowed', (environment, expected) => {
  expect(readConfiguration(environment, processId)).toMatchObject(expected);
});
