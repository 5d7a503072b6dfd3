/** Limits of rate-limiter-flexible: points, blocks, bursts, and a union. */
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterQueue,
  RateLimiterRedis,
  RateLimiterUnion,
  RLWrapperBlackAndWhite,
} from 'rate-limiter-flexible';
import { connect, library } from './client.js';
import { prefix, print, sleep } from './steps.js';

const client = await connect({ enableOfflineQueue: false });
const limiterOf = (name, options) =>
  new RateLimiterRedis({
    storeClient: client,
    useRedisPackage: library === 'redis',
    keyPrefix: `${prefix}-${name}`,
    ...options,
  });
/** Milliseconds are rounded, because they differ between runs. */
const shown = ({ remainingPoints, consumedPoints, isFirstInDuration, msBeforeNext }) =>
  `${remainingPoints} left, ${consumedPoints} consumed, ${isFirstInDuration ? 'first' : 'later'}, about ${Math.ceil(msBeforeNext / 500) * 500} ms`;
const tries = (consuming) =>
  consuming.then(
    (result) => `allowed: ${shown(result)}`,
    (reason) => (reason instanceof Error ? reason.message : `refused: ${shown(reason)}`),
  );

const limiter = limiterOf('points', { points: 3, duration: 1 });
for (let count = 0; count < 4; count += 1) print(await tries(limiter.consume('user')));
print(await tries(limiter.consume('other', 3)));
print('get', shown(await limiter.get('user')), await limiter.get('absent'));
print('reward', shown(await limiter.reward('user', 2)));
print('penalty', shown(await limiter.penalty('user', 1)));
print('deleted', await limiter.delete('user'), await limiter.delete('user'));
print(await tries(limiter.consume('user')));
await sleep(1100);
print('after 1.1 s', await limiter.get('user'), await tries(limiter.consume('user')));

const blocks = limiterOf('blocks', { points: 1, duration: 1, blockDuration: 2 });
print(await tries(blocks.consume('user')));
print(await tries(blocks.consume('user')));
await sleep(1200);
print('still blocked', await tries(blocks.consume('user')));
await sleep(1000);
print('no longer', await tries(blocks.consume('user')));
await blocks.block('user', 1);
print('blocked', await tries(blocks.consume('user')));
await blocks.set('set', 5, 10);
print('set', shown(await blocks.get('set')));

const noExpiry = limiterOf('forever', { points: 2, duration: 0 });
await noExpiry.consume('user');
print('forever', (await noExpiry.get('user')).msBeforeNext);

const bursty = new BurstyRateLimiter(
  limiterOf('steady', { points: 1, duration: 1 }),
  limiterOf('burst', { points: 1, duration: 5 }),
);
for (let count = 0; count < 3; count += 1)
  print(
    'bursty',
    await bursty.consume('user').then(
      () => 'allowed',
      () => 'refused',
    ),
  );

const union = new RateLimiterUnion(
  limiterOf('second', { points: 1, duration: 1 }),
  limiterOf('minute', { points: 5, duration: 60 }),
);
for (let count = 0; count < 2; count += 1)
  print(
    'union',
    await union.consume('user').then(
      (all) => Object.values(all).map(shown),
      (all) => Object.values(all).map(shown),
    ),
  );

const even = limiterOf('even', { points: 4, duration: 1, execEvenly: true, execEvenlyMinDelayMs: 100 });
const begunAtMs = Date.now();
for (let count = 0; count < 3; count += 1) await even.consume('user');
print('evenly', Date.now() - begunAtMs >= 250);

const queue = new RateLimiterQueue(limiterOf('queue', { points: 2, duration: 1 }), { maxQueueSize: 2 });
print(
  'queue',
  await Promise.all(
    [1, 2, 3, 4, 5].map((number) =>
      queue.removeTokens(1, 'user').then(
        () => number,
        ({ name }) => name,
      ),
    ),
  ),
);

const wrapped = new RLWrapperBlackAndWhite({
  limiter: limiterOf('lists', { points: 1, duration: 1 }),
  whiteList: ['friend'],
  blackList: ['foe'],
});
for (const user of ['friend', 'friend', 'foe'])
  print(
    user,
    await wrapped.consume(user).then(
      () => 'allowed',
      () => 'refused',
    ),
  );

// The insurance takes over when Redis is gone.
const insured = limiterOf('insured', {
  points: 5,
  duration: 5,
  insuranceLimiter: new RateLimiterMemory({ points: 1, duration: 5 }),
});
print(await tries(insured.consume('user')));
if (library === 'redis') client.destroy();
else client.disconnect();
print('without Redis', await tries(insured.consume('user')));
