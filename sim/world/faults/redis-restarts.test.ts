import { describe, expect, it } from 'vitest';
import { answers, events, IN_FLIGHT, runRedis, seeds, tell, type Work } from '../../redis/test/run-redis.ts';

const ttl: Work = (redis, tools) => {
  tools.at(500, () => void redis.set('old', '1', 'PX', 60_000));
  tools.at(1999.95, () => tell(tools, 'under way', redis.get('old')));
  tools.at(8000, () => {
    tell(tools, 'old', redis.get('old'));
    tell(
      tools,
      'lives on',
      redis
        .call('pttl', 'old')
        .then(Number)
        .then((ms) => ms > 0 && ms <= 52_600),
    );
  });
};

describe('redis-restart', () => {
  it('breaks connections, refuses new ones, and comes back with data and expiry times', async () => {
    const run = await runRedis(ttl, (tools) => tools.fault('redis-restart', '*', 2000, 3000));
    expect(answers(run)).toEqual([`under way ${IN_FLIGHT}`, 'old: "1"', 'lives on: true']);
    expect(events(run).filter((what) => what === 'node-1 error').length).toBeGreaterThan(2);
    expect(run.world.hits.get('redis-restart')).toBe(1);
  });

  it('comes back without data if it is empty', async () => {
    const run = await runRedis(ttl, (tools) => tools.fault('redis-restart-empty', '*', 2000, 3000));
    expect(answers(run)).toEqual([`under way ${IN_FLIGHT}`, 'old: null', 'lives on: false']);
  });
});

describe('redis-failover', () => {
  const work: Work = (redis, tools) => {
    tools.at(500, () => {
      void redis.set('kept', '1');
      void redis.set('deleted', '1');
      void redis.hset('h', 'a', '1');
    });
    tools.at(2100, () => void redis.del('deleted').catch(() => undefined));
    for (let atMs = 1900; atMs < 4000; atMs += 10)
      tools.at(atMs, () =>
        redis.hset('h', 'n', atMs).then(
          () => tools.note(`wrote ${atMs}`),
          () => undefined,
        ),
      );
    tools.at(8000, () => tell(tools, 'h', redis.hgetall('h')));
    tools.at(8000, () => tools.note(`keys ${[...tools.world.ledger.redisKeys()].sort().join()}`));
  };

  it('loses acknowledged writes of the last moments, at most 2 s, and nothing older', async () => {
    const behind: number[] = [];
    for (const seed of seeds(20)) {
      const run = await runRedis(work, (tools) => tools.fault('redis-failover', '*', 2000, 4000), { seed });
      const wrote = answers(run).filter((what) => what.startsWith('wrote'));
      expect(answers(run)).toContainEqual(expect.stringMatching(/^h: \{"a":"1","n":"(19[5-9]\d|2000)"\}$/));
      behind.push(Number(wrote.at(-1)?.slice(6)) - 1990);
      // A deletion is forgotten too, unless the replica took over before it.
      if ((behind.at(-1) ?? 0) > 150) expect(answers(run).at(-2)).toBe('keys deleted,h,kept');
      expect(run.world.hits.get('redis-failover')).toBe(1);
    }
    expect(Math.max(...behind)).toBeLessThanOrEqual(2020);
    expect(Math.max(...behind)).toBeGreaterThan(1000);
    expect(Math.min(...behind)).toBeLessThan(500);
  });
});
