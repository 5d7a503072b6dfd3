// @ts-check
/**
 * A thread that is one worker after the other. Messages: `{ entry, workerData, port }`. Each loads
 * the entry anew, with the port as its parent's. Modules that the entry imports stay loaded.
 */
import { syncBuiltinESMExports } from 'node:module';
import threads, { parentPort } from 'node:worker_threads';

/** @typedef {import('node:worker_threads').MessagePort} MessagePort */
/** @typedef {{ entry: string, workerData: unknown, port: MessagePort }} Start */

let starts = 0;
let last = Promise.resolve();

/** @param {Start} start */
async function load({ entry, workerData, port }) {
  Object.assign(threads, { parentPort: port, workerData });
  syncBuiltinESMExports();
  starts += 1;
  await import(`${entry}?start=${starts}`);
}

parentPort?.on('message', (/** @type {Start} */ start) => {
  // The entry reads its port while it is evaluated, which may be after the next message.
  last = last.then(() => load(start));
});
