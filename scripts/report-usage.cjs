// Required into a measured process before anything else: prints at its end what it used.
const { readFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6 + childrenCpuSeconds();
  process.stdout.write(`${JSON.stringify({ cpuSeconds, peakMegabytes: maxRSS / 1024 })}\n`);
});

/** Of those that have ended, and of those that still run (esbuild waits for more work). Elsewhere than on Linux, not known. */
function childrenCpuSeconds() {
  try {
    const running = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
    const pids = running === '' ? [] : running.split(' ');
    const ofRunning = pids.map((pid) => ticks(pid, 11, 12));
    return [ticks('self', 13, 14), ...ofRunning].reduce((sum, each) => sum + each, 0) / 100;
  } catch {
    return 0;
  }
}

/** Fields of proc_pid_stat(5) behind the name, added up: utime and stime, cutime and cstime. Hundredths of a second. */
function ticks(pid, ...positions) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return positions.reduce((sum, position) => sum + Number(fields[position]), 0);
}
