/** Locks of redlock: retries, leases that end or are extended, several resources. */
import Redlock from 'redlock';
import redis3 from 'redis-3';
import { connect } from './ioredis.js';
import { prefix, print, printErrors, sleep, url } from './steps.js';

// The package can use only old versions of redis.
const old = redis3.createClient(url);
printErrors(old);
const clients = { ioredis: await connect(), redis: old };

for (const [library, client] of Object.entries(clients)) {
  print(library);
  const key = (name) => `${prefix}-${library}-${name}`;
  const locks = new Redlock([client], { retryCount: 10, retryDelay: 100, retryJitter: 50 });
  const hasty = new Redlock([client], { retryCount: 0 });
  locks.on('clientError', ({ message }) => print('client error', message));
  const outcome = (locking) =>
    locking.then(
      () => 'locked',
      ({ name, message }) => `${name}: ${message.replaceAll(key(''), '')}`,
    );

  const first = await locks.lock(key('a'), 2000);
  print('held', await outcome(hasty.lock(key('a'), 1000)));
  const waiting = locks.lock(key('a'), 1000);
  await sleep(150);
  await first.unlock();
  const second = await waiting;
  print('in turn', second.value !== first.value, second.expiration > Date.now() + 500);
  print(
    'unlocked twice',
    await first.unlock().then(
      () => 'well',
      ({ name }) => name,
    ),
  );
  await second.unlock();

  const short = await locks.lock(key('b'), 300);
  await sleep(400);
  print('expired', await outcome(hasty.lock(key('b'), 300)), await outcome(short.extend(300)));

  const extended = await (await locks.lock(key('c'), 300)).extend(900);
  await sleep(500);
  print('extended', await outcome(hasty.lock(key('c'), 300)));
  await extended.unlock();
  print('then', await outcome(hasty.lock(key('c'), 100)));

  const both = await locks.lock([key('d'), key('e')], 1000);
  print('one of both', await outcome(hasty.lock(key('e'), 100)), await outcome(hasty.lock([key('e'), key('f')], 100)));
  await both.unlock();
  print('free', await outcome(hasty.lock(key('e'), 100)));

  let inside = 0;
  let most = 0;
  const work = async () => {
    const lock = await locks.lock(key('g'), 1000);
    inside += 1;
    most = Math.max(most, inside);
    await sleep(30);
    inside -= 1;
    await lock.unlock();
  };
  await Promise.all([work(), work(), work()]);
  print('at once', most);
  await locks.quit();
}
print('ended', clients.ioredis.status, old.connected);
