import { describe, expect, it } from 'vitest';
import { runRedis, tell, seeds, answers, events, phases, IN_FLIGHT, NOT_CONNECTED } from '../test/run-redis.ts';
import { whenSaid } from '../../world/test/run-world.ts';

describe('faults', () => {
  it('redis-request-lost: the command is not applied, its connection breaks, and retryStrategy brings it back', async () => {
    const run = await runRedis(
      (redis, tools) => {
        tools.at(1000, () => {
          tell(tools, 'set', redis.set('x', '1'));
          tell(tools, 'other', redis.set('y', '1'));
        });
        tools.at(6000, () => tools.note(`keys ${tools.world.ledger.redisKeys().join()}`));
        tools.at(6000, () => tell(tools, 'later', redis.set('z', '1')));
      },
      (tools) => tools.fault('redis-request-lost', 'node-1', 900, 200),
      { redis: { retryStrategy: (attempt) => attempt * 1000 } },
    );
    expect(answers(run)).toEqual([`set ${IN_FLIGHT}`, `other ${IN_FLIGHT}`, 'keys ', 'later: "OK"']);
    expect(phases(run, 'set').filter((phase) => phase === 'lost')).toHaveLength(2);
    expect(events(run)).toEqual([
      'node-1 ready',
      'node-1 error',
      'node-1 close',
      'node-1 reconnecting',
      'node-1 ready',
    ]);
    const ready = run.notes.filter(({ what }) => what === 'node-1 ready').map(({ atMs }) => atMs);
    expect((ready[1] ?? 0) - whenSaid(run, 'node-1 reconnecting')).toBeGreaterThan(1000);
  });

  it('redis-reply-lost: the command is applied, and fails for its sender', async () => {
    const run = await runRedis(
      (redis, tools) => {
        tools.at(1000, () => tell(tools, 'set', redis.set('x', '1')));
        tools.at(6000, () => tell(tools, 'get', redis.get('x')));
      },
      (tools) => tools.fault('redis-reply-lost', '*', 900, 200),
    );
    expect(answers(run)).toEqual([`set ${IN_FLIGHT}`, 'get: "1"']);
    expect(phases(run, 'set')).toEqual(['sent', 'applied', 'error']);
  });

  it('redis-error: commands are not applied, the connection stays, and the errors are those of one state', async () => {
    const states = new Set<string>();
    for (const seed of seeds(30)) {
      const run = await runRedis(
        (redis, tools) =>
          tools.at(1000, () => {
            tell(tools, 'set', redis.set('x', '1'));
            tell(tools, 'get', redis.get('x'));
            tell(tools, 'publish', redis.publish('x', '1'));
          }),
        (tools) => tools.fault('redis-error', '*', 900, 500),
        { seed },
      );
      expect(events(run)).toEqual(['node-1 ready']);
      expect(phases(run, 'set')).toEqual(['sent', 'error']);
      const words = answers(run).map((answer) => answer.replace(/^(\S+) failed: (\w+) .*/, '$1 $2'));
      states.add(words.sort().join(', '));
    }
    expect([...states].sort()).toEqual([
      'get BUSY, publish BUSY, set BUSY',
      'get LOADING, publish: 0, set LOADING',
      'get: null, publish: 0, set OOM',
      'get: null, publish: 0, set READONLY',
    ]);
  });

  it('redis-down: connections break, new ones are refused, nothing is applied, and the data is kept', async () => {
    const run = await runRedis(
      (redis, tools) => {
        tools.at(500, () => void redis.set('x', '1'));
        tools.at(1999.95, () => tell(tools, 'under way', redis.set('x', '2')));
        tools.at(3000, () => tell(tools, 'while away', redis.get('x')));
        tools.at(9000, () => tell(tools, 'back', redis.get('x')));
      },
      (tools) => tools.fault('redis-down', '*', 2000, 5000),
    );
    expect(answers(run)).toEqual([`under way ${IN_FLIGHT}`, `while away ${NOT_CONNECTED}`, 'back: "1"']);
    expect(events(run).filter((what) => what === 'node-1 error').length).toBeGreaterThan(2);
    expect(events(run).at(-1)).toBe('node-1 ready');
  });

  it('redis-down: commands of a crashed node are not applied either', async () => {
    const run = await runRedis(
      (redis, tools) => {
        if (tools.nowMs === 0) tools.at(1999.93, () => void redis.set('x', '1'));
        tools.at(5000, () => tools.note(`keys ${tools.world.ledger.redisKeys().join()}`));
      },
      (tools) => {
        tools.fault('node-crash', 'node-1', 1999.95, 3000);
        tools.fault('redis-down', '*', 1999.96, 1000);
      },
    );
    expect(phases(run, 'set')).toEqual(['sent', 'lost']);
    expect(answers(run)[0]).toBe('keys ');
  });

  it('with a rate hit some commands of their target, and none of another node', async () => {
    const run = await runRedis(
      (redis, tools, node) =>
        tools.at(1000, () => {
          for (let number = 0; number < 60; number += 1)
            tell(tools, node.name, redis.set(`${node.name}-${number}`, '1'));
        }),
      (tools) => tools.fault('redis-error', 'node-1', 900, 500, 0.5),
      { nodes: 2 },
    );
    const failed = answers(run).filter((what) => what.startsWith('node-1 failed')).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
    expect(answers(run).filter((what) => what.startsWith('node-2 failed'))).toEqual([]);
  });

  it('hit the same commands on a key, whatever happens to other keys', async () => {
    const outcome = async (others: number) => {
      const run = await runRedis(
        (redis, tools) =>
          tools.at(1000, () => {
            for (let number = 0; number < others; number += 1)
              void redis.set(`other-${number}`, '1').catch(() => undefined);
            for (let number = 0; number < 12; number += 1)
              tell(tools, `mine-${number}`, redis.set(`mine-${number}`, '1'));
          }),
        (tools) => tools.fault('redis-error', '*', 900, 500, 0.5),
      );
      return answers(run).sort();
    };
    expect(await outcome(0)).toEqual(await outcome(25));
  });
});
