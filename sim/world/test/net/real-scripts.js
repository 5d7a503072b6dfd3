// @ts-check
/**
 * Runs scripts on real sockets, each in its own thread: reads `[prelude, texts]` as JSON from stdin
 * and writes the array of their ends. Any version of Node can run this file.
 */
import { Worker } from 'node:worker_threads';

const AT_ONCE = 4;

/** @param {string} text @returns {Promise<{ lines: string[], code: number }>} */
function run(text) {
  return new Promise((resolve) => {
    const worker = new Worker(text, { eval: true, stdout: true });
    let written = '';
    let code = 0;
    const overdue = setTimeout(() => void worker.terminate(), 20_000);
    worker.on('error', (error) => {
      written += `${error.stack}\n`;
    });
    worker.on('exit', (exitCode) => {
      code = exitCode;
      clearTimeout(overdue);
    });
    worker.stdout.setEncoding('utf8');
    worker.stdout.on('data', (chunk) => {
      written += chunk;
    });
    worker.stdout.on('close', () => {
      setImmediate(() => resolve({ lines: written.split('\n').filter((line) => line !== ''), code }));
    });
  });
}

let input = '';
for await (const chunk of process.stdin.setEncoding('utf8')) input += chunk;
const [prelude, texts] = /** @type {[string, string[]]} */ (JSON.parse(input));
/** @type {{ lines: string[], code: number }[]} */
const ends = [];
let next = 0;
async function work() {
  while (next < texts.length) {
    const at = next;
    next += 1;
    ends[at] = await run(`${prelude}\n{\n${texts[at]}\n}`);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
process.stdout.write(JSON.stringify(ends));
