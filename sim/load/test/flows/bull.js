/** Jobs of bull: order, delays, attempts, repetition, limits, and a worker that dies. */
import Queue from 'bull';
import { note, prefix, print, printNotes, printErrors, sleep, until, url } from './steps.js';

const SETTINGS = {
  lockDuration: 500,
  lockRenewTime: 200,
  stalledInterval: 300,
  guardInterval: 100,
  retryProcessDelay: 50,
};
const queueOf = (name, options = {}) => {
  const queue = new Queue(`${prefix}-${name}`, url, { settings: SETTINGS, ...options });
  printErrors(queue);
  return queue;
};

const jobs = queueOf('jobs');
const done = [];
jobs.on('completed', ({ data }, result) => {
  done.push(data.name);
  note('completed', data.name, result);
});
let failures = 0;
jobs.on('failed', ({ data, attemptsMade }, { message }) => {
  failures += 1;
  note('failed', data.name, attemptsMade, message);
});
const untilDone = async (count) => {
  await until(() => done.length === count);
  printNotes();
};
let heard = 0;
jobs.on('global:completed', () => (heard += 1));

// By priority, and in order of arrival without one.
await jobs.pause();
for (const [name, options] of [
  ['low', { priority: 9 }],
  ['high', { priority: 1 }],
  ['first'],
  ['second'],
  ['last', { lifo: true }],
])
  await jobs.add({ name }, options);
print('paused', await jobs.getPausedCount());
jobs.process(({ data, attemptsMade }) => {
  if (data.fails > attemptsMade) throw new Error(`attempt ${attemptsMade}`);
  return Promise.resolve(data.name.length);
});
await jobs.resume();
await untilDone(5);

await jobs.addBulk([
  { data: { name: 'in 400 ms' }, opts: { delay: 400 } },
  { data: { name: 'in 150 ms' }, opts: { delay: 150 } },
]);
print('delayed', await jobs.getDelayedCount());
await untilDone(7);

await jobs.add({ name: 'twice', fails: 1 }, { attempts: 3, backoff: { type: 'exponential', delay: 100 } });
await untilDone(8);
const lost = await jobs.add({ name: 'in vain', fails: 9 }, { attempts: 2, backoff: 50 });
const rejected = await lost.finished().catch(({ message }) => message);
await until(() => failures === 3);
printNotes();
print('rejected', rejected);
const same = [
  await jobs.add({ name: 'same' }, { jobId: 'custom' }),
  await jobs.add({ name: 'other' }, { jobId: 'custom' }),
];
await untilDone(9);
print('ids', ...same.map(({ id }) => id));

await jobs.add({ name: 'tick' }, { repeat: { every: 300, limit: 3 } });
const repeats = await jobs.getRepeatableJobs();
await untilDone(12);
print(
  'repeats',
  repeats.map(({ every }) => every),
);
await until(() => heard === 12);
print('counts', await jobs.getJobCounts());
await jobs.clean(0, 'failed');
print('left', await jobs.getJobCountByTypes('completed', 'failed'));

const limited = queueOf('limited', { limiter: { max: 2, duration: 1000 } });
let processed = 0;
limited.process(() => Promise.resolve((processed += 1)));
await limited.addBulk([1, 2, 3].map((number) => ({ data: { number } })));
await sleep(600);
print('within the limit', processed);
await until(() => processed === 3);

// A worker takes a job and dies: its lock is not extended.
const dies = queueOf('stalled');
await dies.add({ name: 'orphan' });
print('taken', (await dies.getNextJob()).data.name);
await dies.close(true);
const lives = queueOf('stalled');
let isDone = false;
lives.on('stalled', ({ data }) => note('stalled', data.name));
lives.on('completed', ({ data }) => {
  isDone = true;
  note('completed', data.name);
});
lives.process(() => Promise.resolve());
await until(() => isDone);
printNotes();

for (const queue of [jobs, limited, lives]) {
  await queue.obliterate({ force: true });
  await queue.close();
}
print('closed');
