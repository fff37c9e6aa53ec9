import type { NetworkBytes } from '../machine';

/** @param table /proc/<pid>/net/dev, proc_pid_net(5): of each interface, bytes received first and sent ninth */
export function parseNetworkBytes(table: string): NetworkBytes {
  let bytes: NetworkBytes = { in: 0, out: 0 };
  for (const line of table.split('\n')) {
    const [, name, counts] = /^\s*([^:\s]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || name === 'lo') continue;
    const numbers = (counts ?? '').trim().split(/\s+/).map(Number);
    bytes = { in: bytes.in + (numbers[0] ?? 0), out: bytes.out + (numbers[8] ?? 0) };
  }
  return bytes;
}
