import { describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS } from '../../cli/test/long.ts';
import { answers, phases, runRedis, seeds, tell } from '../test/run-redis.ts';
import type { Tools } from '../../world/test/run-world.ts';

/** Moves one unit from a to b, again and again. Logs the outcomes and the final state. */
async function transfers(isAtomic: boolean, arrange: (tools: Tools) => void, seed: ReturnType<typeof seeds>[number]) {
  let [ok, failed] = [0, 0];
  const run = await runRedis(
    (redis, tools) => {
      tools.at(100, () => void redis.mset({ a: 100, b: 0 }));
      for (let count = 0; count < 30; count += 1) {
        tools.at(1000 + count * 20, () => {
          const chain = isAtomic ? redis.multi() : redis.pipeline();
          chain
            .decr('a')
            .incr('b')
            .exec()
            .then(
              (results) => void (results?.some(([error]) => error !== null) === true ? (failed += 1) : (ok += 1)),
              () => (failed += 1),
            );
        });
      }
    },
    arrange,
    { seed, untilMs: 10_000 },
  );
  const [a, b] = ['a', 'b'].map((key) => Number(run.world.ledger.redisValue(key)));
  return { ok, failed, a, b, sum: Number(a) + Number(b) };
}

describe('a transaction', () => {
  it.each(['redis-request-lost', 'redis-reply-lost', 'redis-drop', 'redis-error', 'redis-refused'])(
    'is applied whole or not at all: %s',
    async (kind) => {
      let failures = 0;
      for (const seed of seeds(RUNS_LONG_TESTS ? 20 : 6)) {
        const { ok, failed, b, sum } = await transfers(true, (tools) => tools.fault(kind, '*', 1200, 200, 0.2), seed);
        expect(sum).toBe(100);
        // A transfer that failed for the client may have been applied; one that succeeded was.
        expect(b).toBeGreaterThanOrEqual(ok);
        expect(b).toBeLessThanOrEqual(ok + failed);
        failures += failed;
      }
      expect(failures).toBeGreaterThan(0);
    },
  );

  it('is applied as a whole where a pipeline may be applied in part', async () => {
    const sums = new Set<number>();
    for (const seed of seeds(20)) {
      const { sum } = await transfers(false, (tools) => tools.fault('redis-request-lost', '*', 1200, 200, 0.2), seed);
      sums.add(sum);
      if (sum === 99) break;
    }
    expect(sums).toContain(99);
  });

  it('is discarded when the server refuses a part of it', async () => {
    const refused = new Set<string>();
    for (const seed of seeds(RUNS_LONG_TESTS ? 30 : 10)) {
      const run = await runRedis(
        (redis, tools) => tools.at(1000, () => tell(tools, 'exec', redis.multi().set('x', '1').set('y', '1').exec())),
        (tools) => tools.fault('redis-error', '*', 900, 500, 0.3),
        { seed },
      );
      const keys = run.world.ledger.redisKeys();
      expect(keys.length === 0 || keys.length === 2).toBe(true);
      const [answer = ''] = answers(run);
      expect(keys.length === 2).toBe(answer === 'exec: [[null,"OK"],[null,"OK"]]');
      if (keys.length === 0)
        refused.add(answer.replace(/ because of.*/, '').replace(/^exec failed: [A-Z]+ .*/, 'refused'));
      expect(phases(run, 'set').filter((phase) => phase === 'applied')).toHaveLength(keys.length);
    }
    expect(refused.size).toBeGreaterThan(0);
  });

  it('records its commands as applied when it is executed', async () => {
    const run = await runRedis((redis, tools) => {
      tools.at(1000, () => void redis.multi({ pipeline: false }));
      tools.at(1100, () => void redis.set('x', '1'));
      tools.at(1200, () =>
        tools.note(`applied ${phases({ records: tools.world.recorder.kept() } as never, 'set').length}`),
      );
      tools.at(1300, () => tell(tools, 'exec', redis.exec()));
      tools.at(1500, () => void redis.multi({ pipeline: false }));
      tools.at(1500, () => void redis.set('y', '1'));
      tools.at(1500, () => void redis.discard());
    });
    expect(answers(run)).toEqual(['applied 2', 'exec: [[null,"OK"]]']);
    expect(phases(run, 'set')).toEqual(['sent', 'reply', 'applied', 'sent', 'reply']);
  });
});

describe('a blocked command', () => {
  it('fails when its connection breaks, and takes nothing', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1') tools.at(100, () => tell(tools, 'blpop', redis.blpop('queue', 0)));
        else tools.at(3000, () => void redis.rpush('queue', 'kept'));
      },
      (tools) => tools.fault('redis-drop', 'node-1', 2000),
      { nodes: 2 },
    );
    expect(answers(run)).toEqual([expect.stringMatching(/^blpop failed: Reached the max retries/)]);
    expect(phases(run, 'blpop')).toEqual(['sent', 'error']);
    expect(run.world.ledger.redisValue('queue')).toEqual(['kept']);
  });

  it('may take an item that no client receives, if its reply is lost', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1') tools.at(100, () => tell(tools, 'blpop', redis.blpop('queue', 0)));
        else tools.at(3000, () => void redis.rpush('queue', 'gone'));
      },
      (tools) => tools.fault('redis-reply-lost', 'node-1', 2500, 1000),
      { nodes: 2 },
    );
    expect(answers(run)).toEqual([expect.stringMatching(/^blpop failed: /)]);
    expect(phases(run, 'blpop')).toEqual(['sent', 'applied', 'error']);
    expect(run.world.ledger.redisValue('queue')).toBeUndefined();
  });

  it('of a crashed node takes nothing', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1' && tools.nowMs < 100) tools.at(100, () => void redis.blpop('queue', 0));
        if (node.name === 'node-2') tools.at(3000, () => void redis.rpush('queue', 'kept'));
      },
      (tools) => tools.fault('node-crash', 'node-1', 2000, 8000),
      { nodes: 2 },
    );
    expect(run.world.ledger.redisValue('queue')).toEqual(['kept']);
  });

  it.each(seeds(4))('of a node that crashed while it was under way takes nothing: seed %s', async (seed) => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1' && tools.nowMs < 100) tools.at(1999.99, () => void redis.blpop('queue', 0));
        if (node.name === 'node-2') tools.at(3000, () => void redis.rpush('queue', 'kept'));
      },
      (tools) => tools.fault('node-crash', 'node-1', 2000, 8000),
      { nodes: 2, seed },
    );
    expect(phases(run, 'blpop')).toEqual(['sent']);
    expect(run.world.ledger.redisValue('queue')).toEqual(['kept']);
  });
});
