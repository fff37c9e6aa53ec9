/** Work that takes its time to clean up: until its input ends. */
import { onInterruption } from '../../../cli/interruption';

const { signal, release } = onInterruption({
  first: () => console.log('first'),
  second: () => console.log('second'),
});
const life = setInterval(() => {}, 1000);
signal.addEventListener('abort', () => {
  console.log('aborted');
  process.stdin.resume().once('end', () => {
    console.log('cleaned up');
    clearInterval(life);
    release();
  });
});
console.log('ready');
