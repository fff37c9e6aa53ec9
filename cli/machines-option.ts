import { Option } from 'commander';
import { machineKinds } from '../lab/machines/choice';

/** The same for every command that starts a lab. */
export function machinesOption(): Option {
  return new Option(
    '--machines <kind>',
    'what an instance is: a container that boots from its user data (Linux, as root), or processes of this host; ' +
      'else whatever this host can do',
  ).choices(machineKinds);
}
