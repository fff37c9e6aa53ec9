import { run } from './program';

void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  // Should anything forgotten keep the process alive, the caller still gets its prompt back.
  setTimeout(() => process.exit(), 2_000).unref();
});
