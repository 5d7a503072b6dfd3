/** What the programs of this folder share. */

export const url = process.env.REDIS_URL ?? 'redis://localhost:6379';

/** A prefix for keys, so that a program finds nothing of other ones. */
export const prefix = process.env.RUN ?? 'run';

const textOf = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : JSON.stringify(value));

export const print = (/** @type {unknown[]} */ ...values) => console.log(values.map(textOf).join(' '));

/** @type {unknown[][]} */
const notes = [];

/** Keeps what an event has said: its place among results of other connections is not specified. */
export const note = (/** @type {unknown[]} */ ...values) => void notes.push(values);

export function printNotes() {
  for (const values of notes.splice(0)) print(...values);
}

export const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws what is not done after 10 s. */
export async function until(/** @type {() => unknown} */ isDone) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await isDone()) return;
    await sleep(20);
  }
  throw new Error(`never true: ${isDone}`);
}

/** Errors are printed, because nothing here may fail. */
export function printErrors(/** @type {import('node:events').EventEmitter} */ ...emitters) {
  for (const emitter of emitters) emitter.on('error', (error) => print('error', error.message));
}
