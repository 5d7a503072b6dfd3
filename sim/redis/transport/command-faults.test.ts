import { describe, expect, it } from 'vitest';
import { answers, events, IN_FLIGHT, NOT_CONNECTED, phases, runRedis, seeds, tell } from '../test/run-redis.ts';
import { whenSaid } from '../../world/test/run-world.ts';
import { ERROR_STATES, errorInState } from '../server/command-table.ts';

describe('redis-error', () => {
  it('has the texts of a real server, for the commands that can get them', () => {
    const errors = (name: string) =>
      ERROR_STATES.map((state) => errorInState(state, name)).filter((text) => text !== null);
    expect(errors('set')).toEqual([
      'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
      'LOADING Redis is loading the dataset in memory',
      "OOM command not allowed when used memory > 'maxmemory'.",
      "READONLY You can't write against a read only replica.",
    ]);
    const words = (name: string) => errors(name).map((text) => text.split(' ', 1)[0]);
    expect(words('del')).toEqual(['BUSY', 'LOADING', 'READONLY']);
    expect(words('get')).toEqual(['BUSY', 'LOADING']);
    expect(words('info')).toEqual(['BUSY']);
    expect(words('quit')).toEqual([]);
    expect(words('nonsense')).toEqual([]);
  });
});

describe('redis-refused', () => {
  it('sends no command until the client notices the break, then the client recovers', async () => {
    const run = await runRedis(
      (redis, tools) => {
        tools.at(999.95, () => tell(tools, 'in flight', redis.get('x')));
        tools.at(1000, () => {
          tell(tools, 'first', redis.set('x', '1'));
          tell(tools, 'second', redis.set('y', '1'));
        });
        tools.at(6000, () => tools.note(`keys ${tools.world.ledger.redisKeys().join()}`));
        tools.at(6000, () => tell(tools, 'later', redis.set('z', '1')));
      },
      (tools) => tools.fault('redis-refused', 'node-1', 1000, 10),
    );
    expect(answers(run)).toEqual([
      `first ${NOT_CONNECTED}`,
      `second ${NOT_CONNECTED}`,
      `in flight ${IN_FLIGHT}`,
      'keys ',
      'later: "OK"',
    ]);
    expect(phases(run, 'set')).toEqual(['error', 'error', 'sent', 'applied', 'reply']);
    expect(events(run)).toEqual(['node-1 ready', 'node-1 close', 'node-1 reconnecting', 'node-1 ready']);
    expect(run.world.hits.get('redis-refused')).toBe(1);
  });
});

describe('redis-refused in the turn in which a connection becomes ready', () => {
  it('refuses nothing, so that subscriptions and queued commands are restored', async () => {
    for (const seed of seeds(10)) {
      const run = await runRedis(
        (redis, tools, node) => {
          tools.at(500, () => redis.subscribe('news'));
          tools.at(5000, () => tools.note(`subscribed to ${tools.world.ledger.channels(node.name).join()}`));
        },
        (tools) => {
          tools.fault('redis-drop', 'node-1', 1000, 10);
          tools.fault('redis-refused', 'node-1', 1000, 3000);
        },
        { seed, redis: { enableOfflineQueue: true } },
      );
      expect(answers(run).at(-1), seed).toBe('subscribed to news');
    }
  });
});

describe('redis-slow-reply', () => {
  it('applies at once and answers late, with everything behind it, at the latest when the fault ends', async () => {
    for (const seed of seeds(10)) {
      const run = await runRedis(
        (redis, tools) => {
          tools.at(1000, () => tell(tools, 'slow', redis.set('x', '1')));
          tools.at(1100, () => tools.note(`x is ${String(tools.world.ledger.redisValue('x'))}`));
          tools.at(1200, () => tell(tools, 'behind', redis.call('ping')));
        },
        (tools) => tools.fault('redis-slow-reply', '*', 900, 250),
        { seed },
      );
      expect(answers(run)).toEqual(['x is 1', 'slow: "OK"', 'behind: "PONG"']);
      expect(whenSaid(run, 'slow: "OK"')).toBeGreaterThan(1149);
      expect(whenSaid(run, 'slow: "OK"')).toBeLessThan(1200);
      expect(events(run)).toEqual(['node-1 ready']);
    }
  });

  it('lets a command time out once, and its late reply is ignored', async () => {
    const run = await runRedis(
      (redis, tools) => {
        tools.at(1000, () => tell(tools, 'slow', redis.set('x', '1')));
        tools.at(8000, () => tell(tools, 'later', redis.get('x')));
      },
      (tools) => tools.fault('redis-slow-reply', '*', 900, 6000),
      { redis: { commandTimeout: 800 } },
    );
    expect(answers(run)).toEqual(['slow failed: Command timed out', 'later: "1"']);
    expect(phases(run, 'set')).toEqual(['sent', 'applied', 'error']);
    expect(run.world.hits.get('redis-slow-reply')).toBe(1);
  });
});
