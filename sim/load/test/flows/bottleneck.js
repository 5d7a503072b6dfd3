/** Limits of bottleneck that two limiters share. */
import Bottleneck from 'bottleneck';
import { client } from './datastore.js';
import { prefix, print, printErrors, sleep, until } from './steps.js';

const limiterOf = (options) => {
  const limiter = new Bottleneck({ id: `${prefix}-limits`, ...client, ...options });
  printErrors(limiter);
  return limiter;
};

const first = limiterOf({ maxConcurrent: 1, minTime: 100, reservoir: 6, clearDatastore: true });
await first.ready();
const second = limiterOf({ maxConcurrent: 1, minTime: 100 });
await second.ready();
let running = 0;
let most = 0;
const work = async (name) => {
  running += 1;
  most = Math.max(most, running);
  await sleep(50);
  running -= 1;
  return name;
};
const begunAtMs = Date.now();
const results = await Promise.all(
  [first, second, first, second].map((limiter, index) => limiter.schedule(work, index)),
);
print('results', results, 'at once', most, 'in time', Date.now() - begunAtMs >= 350);
print('left', await first.currentReservoir(), await second.currentReservoir());
await sleep(150);
print('done', await first.done(), 'check', await second.check());

// The reservoir is empty after two more.
const more = [1, 2, 3].map((number) =>
  first.schedule({ priority: number === 3 ? 0 : 5, id: `job ${number}` }, work, number),
);
let ended = 0;
for (const job of more)
  job.then((number) => {
    ended += 1;
    print('ended', number);
  });
await until(() => ended === 2);
await sleep(200);
print('waiting', first.queued(), first.jobs());
await second.incrementReservoir(1);
await until(() => ended === 3);

// A message reaches the other limiter.
const received = new Promise((resolve) => second.on('message', resolve));
await first.publish('a message');
print('received', await received);

const refills = limiterOf({
  id: `${prefix}-limits-refills`,
  reservoir: 1,
  reservoirRefreshInterval: 500,
  reservoirRefreshAmount: 2,
  heartbeatInterval: 100,
  clearDatastore: true,
});
const refilled = [];
await Promise.all([1, 2, 3].map((number) => refills.schedule(() => Promise.resolve(refilled.push(number)))));
print('refilled', refilled);

const group = new Bottleneck.Group({ id: `${prefix}-limits-group`, ...client, maxConcurrent: 1, timeout: 400 });
printErrors(group);
print('keys', await Promise.all(['a', 'b'].map((key) => group.key(key).schedule(() => Promise.resolve(key)))));
print('in the cluster', (await group.clusterKeys()).toSorted());
await sleep(1000);
print('later', await group.clusterKeys());
await group.disconnect(false);

await refills.disconnect();
await second.disconnect();
await first.stop();
await first.disconnect();
