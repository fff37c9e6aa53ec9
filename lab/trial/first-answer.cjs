/** Usage: first-answer.cjs URL: prints the time, in milliseconds since the epoch, at which it first answered 200. */
const { get } = require('node:http');

const url = process.argv[2];
/** Milliseconds: short, since it is a part of what is measured. */
const pause = 10;
const answerTimeout = 1_000;

function ask() {
  const request = get(url, { agent: false, timeout: answerTimeout }, (answer) => {
    answer.resume();
    if (answer.statusCode === 200) console.log(Date.now());
    else setTimeout(ask, pause);
  });
  request.once('timeout', () => request.destroy(new Error('no answer')));
  request.once('error', () => setTimeout(ask, pause));
}

ask();
