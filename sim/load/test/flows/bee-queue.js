/** Jobs of bee-queue: delays, retries, progress, and a worker that dies. */
import Queue from 'bee-queue';
import { note, prefix, print, printNotes, printErrors, until, url } from './steps.js';

const queueOf = (name, options = {}) => {
  const queue = new Queue(`${prefix}-${name}`, { redis: url, removeOnSuccess: false, ...options });
  printErrors(queue);
  return queue;
};

const jobs = queueOf('bee', { activateDelayedJobs: true, delayedDebounce: 50, nearTermWindow: 1000 });
const done = [];
jobs.on('succeeded', ({ data }, result) => {
  done.push(data.name);
  note('succeeded', data.name, result);
});
jobs.on('retrying', ({ data }, { message }) => note('retrying', data.name, message));
let failures = 0;
jobs.on('failed', ({ data }, { message }) => {
  failures += 1;
  note('failed', data.name, message);
});
const untilDone = async (count) => {
  await until(() => done.length === count);
  printNotes();
};
let progress = null;
jobs.on('job progress', (_id, reported) => (progress = reported));
jobs.process(async (job) => {
  if (job.data.reports) job.reportProgress({ percent: 50 });
  if (job.data.fails && job.options.retries > 0) throw new Error(`${job.options.retries} left`);
  if (job.data.failsAlways) throw new Error('always');
  return job.data.name.length;
});

for (const name of ['one', 'two', 'three']) {
  const { id } = await jobs.createJob({ name, reports: name === 'two' }).save();
  await until(() => done.includes(name));
  printNotes();
  print('saved as', id);
}
await jobs
  .saveAll(['four', 'five'].map((name) => jobs.createJob({ name })))
  .then((errors) => print('errors', errors.size));
await until(() => progress !== null);
print('progress', progress);
await untilDone(5);

await jobs
  .createJob({ name: 'late' })
  .delayUntil(Date.now() + 600)
  .save();
await jobs
  .createJob({ name: 'later' })
  .delayUntil(Date.now() + 900)
  .save();
print('delayed', (await jobs.checkHealth()).delayed);
await untilDone(7);

await jobs.createJob({ name: 'twice', fails: true }).retries(1).backoff('fixed', 150).save();
await untilDone(8);
const lost = await jobs.createJob({ name: 'lost', failsAlways: true }).save();
await Promise.all([new Promise((resolve) => lost.on('failed', resolve)), until(() => failures === 2)]);
printNotes();
print('status', (await jobs.getJob(lost.id)).status, (await jobs.getJobs('failed', { size: 10 })).length);
const same = [
  await jobs.createJob({ name: 'same' }).setId('id').save(),
  await jobs.createJob({ name: 'other' }).setId('id').save(),
];
await untilDone(9);
print('ids', ...same.map(({ id }) => id));
print('health', await jobs.checkHealth());
await jobs.removeJob(lost.id);
print('removed', await jobs.getJob(lost.id).catch(({ message }) => message));
await jobs.close();

// A worker takes a job and dies.
const dies = queueOf('stalls', { stallInterval: 300 });
await new Promise((resolve) => {
  dies.process(() => new Promise(resolve));
  void dies.createJob({ name: 'orphan' }).save();
});
await dies.close(10).catch(({ message }) => print('close', message));
const lives = queueOf('stalls', { stallInterval: 300 });
lives.on('stalled', (id) => note('stalled', id));
let isDone = false;
lives.on('succeeded', ({ data }) => {
  isDone = true;
  note('succeeded', data.name);
});
lives.process(() => Promise.resolve());
await lives.checkStalledJobs(100);
await until(() => isDone);
printNotes();
await lives.destroy();
await lives.close();
print('closed');
