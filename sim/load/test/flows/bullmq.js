/** Jobs of BullMQ: order, delays, attempts, flows, schedulers, limits, and a worker that dies. */
import * as bullmq from 'bullmq';
import { connect, library } from './client.js';
import { note, prefix, print, printNotes, printErrors, sleep, until, url } from './steps.js';

const { FlowProducer, Queue, QueueEvents, RateLimitError, Worker } = bullmq;

const { hostname: host, port } = new URL(url);
/** BullMQ opens its own connections with ioredis. It wraps a client of redis. */
const raw = library === 'redis' ? await connect() : null;
const connection =
  raw === null ? { host, port: Number(port), maxRetriesPerRequest: null } : bullmq.createNodeRedisClient(raw);

const closing = [];
const made = (object) => {
  printErrors(object);
  closing.unshift(object);
  return object;
};
const queueOf = (name) => made(new Queue(`${prefix}-${name}`, { connection }));
const workerOf = (name, work, options = {}) =>
  made(
    new Worker(`${prefix}-${name}`, work, {
      connection,
      drainDelay: 1,
      stalledInterval: 300,
      lockDuration: 1000,
      ...options,
    }),
  );

const jobs = queueOf('jobs');
const events = made(new QueueEvents(`${prefix}-jobs`, { connection }));
await events.waitUntilReady();
const heard = { completed: 0, progress: 0 };
for (const name of Object.keys(heard)) events.on(name, () => (heard[name] += 1));

const done = [];
const worker = workerOf(
  'jobs',
  async (job) => {
    if (job.data.fails > job.attemptsMade) throw new Error(`attempt ${job.attemptsMade}`);
    if (job.name === 'parent') return Object.values(await job.getChildrenValues()).toSorted();
    if (job.data.reports) await job.updateProgress(50);
    return job.name.length;
  },
  { autorun: false },
);
worker.on('completed', ({ name }, result) => {
  done.push(name);
  note('completed', name, result);
});
let failures = 0;
worker.on('failed', ({ name, attemptsMade }, { message }) => {
  failures += 1;
  note('failed', name, attemptsMade, message.replace(/bull:\S+/, 'job'));
});

const untilDone = async (count) => {
  await until(() => done.length === count);
  printNotes();
};
const untilFailed = async (job, count) => {
  await until(async () => failures === count && (await job.getState()) === 'failed');
  printNotes();
};

for (const [name, options] of [
  ['low', { priority: 9 }],
  ['high', { priority: 1 }],
  ['first'],
  ['second'],
  ['last', { lifo: true }],
])
  await jobs.add(name, { reports: name === 'first' }, options);
print(
  'prioritized',
  (await jobs.getPrioritized()).map(({ name }) => name),
);
void worker.run();
await untilDone(5);
await jobs.pause();

const late = await jobs.addBulk([
  { name: 'in 400 ms', data: {}, opts: { delay: 400 } },
  { name: 'in 150 ms', data: {}, opts: { delay: 150 } },
  { name: 'promoted', data: {}, opts: { delay: 100_000 } },
]);
print('delayed', await jobs.getDelayedCount());
await jobs.resume();
await untilDone(7);
await late[2].promote();
const waited = await late[2].waitUntilFinished(events);
await untilDone(8);
print('waited for', waited);

await jobs.add('twice', { fails: 1 }, { attempts: 3, backoff: { type: 'exponential', delay: 100 } });
await untilDone(9);
const lost = await jobs.add('in vain', { fails: 9 }, { attempts: 2, backoff: 50 });
const rejected = await lost.waitUntilFinished(events).catch(({ message }) => message);
await untilFailed(lost, 3);
print('rejected', rejected);
await lost.retry();
await untilFailed(lost, 4);
const same = [await jobs.add('same', {}, { jobId: 'custom' }), await jobs.add('other', {}, { jobId: 'custom' })];
const deduplication = { id: 'only', ttl: 300 };
const once = [await jobs.add('once', {}, { deduplication }), await jobs.add('again', {}, { deduplication })];
await untilDone(11);
print('ids', ...same.map(({ id }) => id), once[0].id === once[1].id);

const flow = made(new FlowProducer({ connection }));
const queueName = `${prefix}-jobs`;
const { job: parent } = await flow.add({
  name: 'parent',
  queueName,
  children: [
    { name: 'child', queueName, data: {}, children: [{ name: 'grandchild', queueName, data: {} }] },
    { name: 'late child', queueName, data: {}, opts: { delay: 200 } },
  ],
});
await parent.waitUntilFinished(events);
await untilDone(15);
print('dependencies', Object.keys((await parent.getDependencies()).processed).length, await parent.getState());
const { job: failed } = await flow.add({
  name: 'failed parent',
  queueName,
  children: [{ name: 'failed child', queueName, data: { fails: 9 }, opts: { failParentOnFailure: true } }],
});
await untilFailed(failed, 6);

await jobs.upsertJobScheduler('every', { every: 300, limit: 3 }, { name: 'tick', data: {} });
const schedulers = await jobs.getJobSchedulers();
await untilDone(18);
print(
  'schedulers',
  schedulers.map(({ key, every }) => [key, every]),
);
await jobs.upsertJobScheduler('never', { pattern: '0 0 1 1 *' }, { name: 'new year' });
print('removed', await jobs.removeJobScheduler('never'));
await until(() => heard.completed === done.length);
print('heard', heard);
const { completed, failed: lostJobs, waiting, active, delayed } = await jobs.getJobCounts();
print('counts', [completed, lostJobs, waiting, active, delayed]);
print('cleaned', (await jobs.clean(0, 100, 'failed')).length, await jobs.getFailedCount());

const limited = queueOf('limited');
let processed = 0;
await limited.addBulk([1, 2, 3].map((number) => ({ name: 'limited', data: { number } })));
const limits = workerOf(
  'limited',
  async ({ data }) => {
    processed += 1;
    if (data.number !== 3 || processed > 3) return;
    await limits.rateLimit(400);
    throw new RateLimitError();
  },
  { limiter: { max: 2, duration: 1000 } },
);
await sleep(600);
print('within the limit', processed);
await until(async () => (await limited.getCompletedCount()) === 3);
print('processed', processed);

// A worker takes a job and dies: its lock is not extended.
const orphans = queueOf('stalled');
await orphans.add('orphan', {});
const dies = new Worker(orphans.name, null, { connection, lockDuration: 500 });
printErrors(dies);
// A worker that is closed before it is ready may leave a connection of redis open.
await dies.waitUntilReady();
print('taken', (await dies.getNextJob('token')).name);
await dies.close();
const lives = workerOf('stalled', () => Promise.resolve());
lives.on('stalled', (id) => note('stalled', id));
let isDone = false;
lives.on('completed', ({ name }) => {
  isDone = true;
  note('completed', name);
});
await until(() => isDone);
printNotes();

for (const object of closing) {
  if (object instanceof Queue) await object.obliterate({ force: true });
  await object.close();
}
raw?.destroy();
print('closed');
