// Required into a measured process before anything else: prints at its end what it used.
const { readFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6 + childrenCpuSeconds();
  process.stdout.write(`${JSON.stringify({ cpuSeconds, peakMegabytes: maxRSS / 1024 })}\n`);
});

/** proc_pid_stat(5): cutime and cstime, in ticks of a hundredth of a second. Elsewhere than on Linux, not known. */
function childrenCpuSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}
