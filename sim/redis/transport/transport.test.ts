import { describe, expect, it } from 'vitest';
import type { Seed } from '../../kernel/seed.ts';
import { runRedis, tell, type Work, seeds, answers, phases } from '../test/run-redis.ts';
import { type Tools } from '../../world/test/run-world.ts';

describe('commands', () => {
  it.each(seeds(4))('are applied and answered in order on a connection: seed %s', async (seed) => {
    const run = await runRedis(
      (redis, tools) =>
        tools.at(100, () => {
          for (let number = 1; number <= 20; number += 1) tell(tools, `${number}`, redis.call('incr', 'n'));
        }),
      undefined,
      { seed },
    );
    expect(answers(run)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}: ${index + 1}`));
  });

  it('are answered in separate turns, and now and then together', async () => {
    const run = await runRedis((redis, tools) =>
      tools.at(100, () => {
        for (let number = 1; number <= 40; number += 1) void redis.get('x');
      }),
    );
    const steps = run.records
      .filter((record) => record.type === 'command' && record.phase === 'reply')
      .map(({ step }) => step);
    const sizes = [...new Set(steps)].map((step) => steps.filter((other) => other === step).length);
    expect(steps).toHaveLength(40);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(sizes.filter((size) => size === 1).length).toBeGreaterThan(10);
  });

  it('are never answered in the step that sends them, not even by a refusal', async () => {
    const steps: Record<string, [sent: number, answered: number]> = {};
    const ask = (tools: Tools, name: string, answer: Promise<unknown>): void => {
      const sent = tools.world.kernel.step;
      answer.catch(() => undefined).finally(() => (steps[name] = [sent, tools.world.kernel.step]));
    };
    await runRedis((redis, tools) => {
      ask(tools, 'before the connection', redis.get('x'));
      tools.at(100, () => {
        ask(tools, 'get', redis.get('x'));
        ask(tools, 'unknown', redis.call('nonsense'));
        ask(tools, 'subscribe', redis.subscribe('a'));
      });
      tools.at(200, () => ask(tools, 'in subscriber mode', redis.get('x')));
      tools.at(300, () => ask(tools, 'quit', redis.quit()));
      tools.at(400, () => ask(tools, 'after the end', redis.get('x')));
    });
    expect(Object.keys(steps)).toHaveLength(7);
    for (const [name, [sent, answered]] of Object.entries(steps)) expect(answered, name).toBeGreaterThan(sent);
  });

  it('that are unknown, or not simulated, are answered by an error', async () => {
    const run = await runRedis((redis, tools) =>
      tools.at(100, () => {
        for (const command of ['nonsense', 'disconnect', 'constructor', 'migrate'])
          tell(tools, command, redis.call(command, 'a', '1', '2', 'b'));
        tell(
          tools,
          'wrong type',
          redis.set('s', 'x').then(() => redis.call('lpush', 's', 'y')),
        );
        tell(tools, 'upper case', redis.call('GET', 's'));
      }),
    );
    const args = "with args beginning with: 'a' '1' '2' 'b' ";
    expect(answers(run)).toEqual([
      `nonsense failed: ERR unknown command 'nonsense', ${args}`,
      `disconnect failed: ERR unknown command 'disconnect', ${args}`,
      `constructor failed: ERR unknown command 'constructor', ${args}`,
      "migrate failed: ERR wrong number of arguments for 'migrate' command",
      'upper case: "x"',
      'wrong type failed: WRONGTYPE Operation against a key holding the wrong kind of value',
    ]);
  });

  it('of a node that crashes may still be applied, unanswered', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (tools.nowMs > 0) return;
        tools.at(99.99, () => tell(tools, 'set', redis.set('k', node.name)));
        tools.at(5000, () => tools.note(`value ${String(tools.world.ledger.redisValue('k'))}`));
      },
      (tools) => tools.fault('node-crash', 'node-1', 100, 1000),
    );
    expect(answers(run)).toEqual(['value node-1']);
    expect(phases(run, 'set')).toEqual(['sent', 'applied']);
    expect(run.world.ledger.channels('node-1')).toEqual([]);
  });
});

describe('expiry', () => {
  it('follows virtual time, to the millisecond', async () => {
    const run = await runRedis((redis, tools) => {
      tools.at(1000, () => tell(tools, 'set', redis.set('lease', 'x', 'PX', 5000)));
      for (const atMs of [5999, 6060])
        tools.at(atMs, () => tools.note(`at ${atMs}: ${tools.world.ledger.redisKeys().join()}`));
      tools.at(6060, () => tell(tools, 'get', redis.get('lease')));
    });
    expect(answers(run)).toEqual(['set: "OK"', 'at 5999: lease', 'at 6060: ', 'get: null']);
  });

  it('is postponed by pexpire', async () => {
    const run = await runRedis((redis, tools) => {
      tools.at(1000, () => void redis.set('lease', 'x', 'PX', 5000));
      tools.at(5000, () => tell(tools, 'pexpire', redis.pexpire('lease', 5000)));
      tools.at(9000, () => tell(tools, 'get', redis.get('lease')));
      tools.at(11_000, () => tell(tools, 'get', redis.get('lease')));
    });
    expect(answers(run)).toEqual(['pexpire: 1', 'get: "x"', 'get: null']);
  });
});

describe('channels', () => {
  it('deliver messages in order, to subscribers only', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1') {
          tools.at(100, () => tell(tools, 'subscribe', redis.subscribe('a', 'b')));
          tools.at(2000, () => tell(tools, 'unsubscribe', redis.unsubscribe()));
          return;
        }
        tools.at(1000, () => {
          for (const text of ['1', '2', '3']) void redis.publish('a', text);
          tell(tools, 'publish c', redis.publish('c', 'x'));
        });
        tools.at(1500, () => tools.note(`channels ${tools.world.ledger.channels('node-1').join()}`));
        tools.at(3000, () => tell(tools, 'publish', redis.publish('a', 'late')));
      },
      undefined,
      { nodes: 2 },
    );
    expect(answers(run)).toEqual([
      'subscribe: 2',
      ...answers(run).slice(1, 5),
      'channels a,b',
      'unsubscribe: 0',
      'publish: 0',
    ]);
    expect(
      answers(run)
        .slice(1, 5)
        .filter((what) => what.includes('heard')),
    ).toEqual(['1', '2', '3'].map((text) => `node-1 heard a ${text}`));
    expect(answers(run)).toContain('publish c: 0');
  });

  it('are subscribed to again after a reconnection, and messages in between are lost', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name === 'node-1') {
          tools.at(100, () => void redis.subscribe('a'));
          return;
        }
        for (const [atMs, text] of [
          [1000, 'before'],
          [2020, 'between'],
          [5000, 'after'],
        ] as const)
          tools.at(atMs, () => void redis.publish('a', text).catch(() => undefined));
      },
      (tools) => {
        // Only the subscriber's connection breaks.
        tools.at(2000, () => {
          for (const session of [...tools.world.redis.sessions])
            if (session.node === 'node-1') tools.world.redis.break(session);
        });
      },
      { nodes: 2 },
    );
    expect(answers(run)).toEqual(['node-1 heard a before', 'node-1 heard a after']);
  });
});

describe('the engine', () => {
  it('is empty when a run begins: no data, no expiry', async () => {
    const fill: Work = (redis, tools) =>
      tools.at(100, () => {
        void redis.set('x', '1', 'PX', 1000);
        void redis.hset('h', 'a', '1');
        void redis.pexpire('h', 1000);
      });
    await runRedis(fill, undefined, { untilMs: 300 });
    const run = await runRedis((redis, tools) => {
      tools.note(`keys ${tools.world.ledger.redisKeys().join()}`);
      tools.at(100, () => {
        tell(tools, 'ttl', redis.call('pttl', 'x'));
        void redis.hset('h', 'b', '2');
      });
      tools.at(5000, () => tell(tools, 'h', redis.hgetall('h')));
    });
    expect(answers(run)).toEqual(['keys ', 'ttl: -2', 'h: {"b":"2"}']);
  });

  it('picks at random by the seed', async () => {
    const draw = async (seed: Seed) =>
      answers(
        await runRedis(
          (redis, tools) =>
            tools.at(100, () => {
              void redis.call('sadd', 's', ...Array.from({ length: 50 }, (_, index) => `m${index}`));
              for (let count = 0; count < 5; count += 1) tell(tools, 'spop', redis.call('spop', 's'));
            }),
          undefined,
          { seed },
        ),
      );
    expect(await draw('0x1')).toEqual(await draw('0x1'));
    expect(await draw('0x1')).not.toEqual(await draw('0x2'));
  });
});
