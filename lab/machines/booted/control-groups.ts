/**
 * Where the kernel counts and caps the CPU of a container, on hosts with control groups of version 1, version 2, or
 * both. Paths and formats alone; control-group-files.ts reads and writes them.
 * https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html, https://docs.kernel.org/admin-guide/cgroup-v2.html
 */

export interface Hierarchy {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** Version 1: what it controls, such as `cpu`, or `name=systemd`. */
  readonly controllers: readonly string[];
}

/** @param mountInfo /proc/self/mountinfo, proc_pid_mountinfo(5) */
export function hierarchies(mountInfo: string): Hierarchy[] {
  return mountInfo.split('\n').flatMap((line): Hierarchy[] => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const mountPoint = unescaped(mount.split(' ')[4] ?? '');
    const [type, , options = ''] = filesystem.split(' ');
    if (type === 'cgroup2') return [{ version: 2, mountPoint, controllers: [] }];
    if (type !== 'cgroup') return [];
    const controllers = options.split(',').filter((option) => !['rw', 'ro', 'xattr'].includes(option));
    return [{ version: 1, mountPoint, controllers }];
  });
}

/** mountinfo writes space, tab, newline and backslash in octal. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export interface CpuFiles {
  /** Holds the CPU time used so far. */
  readonly usage: string;
  /** What to write where, in this order, for so many of the host's cores. */
  cap(cores: number): readonly { readonly file: string; readonly content: string }[];
}

export interface ControlGroups {
  /** Folders of the container's own, one in each hierarchy that it must not share with others. */
  readonly folders: readonly string[];
  /** Version 2: where the CPU controller has to be handed down, outermost first. */
  readonly enableCpu: readonly string[];
  readonly cpu: CpuFiles;
}

/** Microseconds over which the cap holds; the kernel's default. */
const period = 100_000;

/** @returns undefined where this host controls CPU in neither version */
export function controlGroupsOf(
  all: readonly Hierarchy[],
  prefix: string,
  instanceId: string,
): ControlGroups | undefined {
  const folderIn = ({ mountPoint }: Hierarchy) => `${mountPoint}/${prefix}/${instanceId}`;
  const first = all.filter(({ version }) => version === 1);
  const having = (controller: string) => first.find(({ controllers }) => controllers.includes(controller));
  const cpu = having('cpu');
  const cpuacct = having('cpuacct');
  const unified = all.find(({ version }) => version === 2);
  // systemd in the container keeps its units in groups of the same names as every other container's systemd.
  const systemd = having('name=systemd');
  const folders = [
    ...new Set([cpu, cpuacct, systemd, unified].flatMap((one) => (one === undefined ? [] : folderIn(one)))),
  ];
  if (cpu !== undefined && cpuacct !== undefined) {
    return { folders, enableCpu: [], cpu: versionOne(folderIn(cpu), folderIn(cpuacct)) };
  }
  if (unified === undefined || cpu !== undefined) return undefined;
  const { mountPoint } = unified;
  return { folders, enableCpu: [mountPoint, `${mountPoint}/${prefix}`], cpu: versionTwo(folderIn(unified)) };
}

function versionOne(cpu: string, cpuacct: string): CpuFiles {
  return {
    usage: `${cpuacct}/cpuacct.usage`,
    cap: (cores) => [
      { file: `${cpu}/cpu.cfs_period_us`, content: String(period) },
      { file: `${cpu}/cpu.cfs_quota_us`, content: String(Math.round(cores * period)) },
    ],
  };
}

function versionTwo(folder: string): CpuFiles {
  return {
    usage: `${folder}/cpu.stat`,
    cap: (cores) => [{ file: `${folder}/cpu.max`, content: `${Math.round(cores * period)} ${period}` }],
  };
}

/** `cpuacct.usage` holds nanoseconds; `cpu.stat` lines, of which `usage_usec` counts microseconds. */
export function parseCpuSeconds(text: string): number | undefined {
  if (/^\d+\s*$/.test(text)) return Number(text) / 1e9;
  const [, microseconds] = /^usage_usec (\d+)$/m.exec(text) ?? [];
  return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
}
