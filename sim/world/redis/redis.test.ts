import { describe, expect, it } from 'vitest';
import { formatSeed, type Seed } from '../../kernel/seed.ts';
import type { CommandRecord } from '../../kernel/record.ts';
import type { NodeFaces, RedisFace, RedisOptionsFace } from '../faces.ts';
import { runWorld, said, type Tools, whenSaid, type WorldRun, type WorldRunOptions } from '../test/run-world.ts';

type Work = (redis: RedisFace, tools: Tools, node: NodeFaces) => void;

/** A node with one client of Redis. `tell` notes what a promise came to. */
async function check(
  work: Work,
  arrange: (tools: Tools) => void = () => undefined,
  options: WorldRunOptions & { redis?: RedisOptionsFace } = {},
): Promise<WorldRun> {
  const start = (node: NodeFaces, tools: Tools) => {
    const redis = node.redis(options.redis);
    for (const event of ['ready', 'close', 'reconnecting', 'end', 'error'])
      redis.on(event, () => tools.note(`${node.name} ${event}`));
    redis.on('message', (channel: string, text: string) => tools.note(`${node.name} heard ${channel} ${text}`));
    work(redis, tools, node);
    return {};
  };
  const run = await runWorld(start, arrange, { untilMs: 20_000, ...options });
  expect(run.end).toEqual({ why: 'stopped' });
  return run;
}

function tell(tools: Tools, name: string, answer: Promise<unknown>): void {
  answer.then(
    (value) => tools.note(`${name}: ${JSON.stringify(value)}`),
    (error: Error) => tools.note(`${name} failed: ${error.message}`),
  );
}

const seeds = (count: number): Seed[] => Array.from({ length: count }, (_, index) => formatSeed(BigInt(index + 1)));
const answers = (run: WorldRun) => said(run).filter((what) => !/^node-\d \w+$/.test(what));
const events = (run: WorldRun) => said(run).filter((what) => /^node-\d \w+$/.test(what));
const phases = (run: WorldRun, command: string) =>
  run.records
    .filter((record) => record.type === 'command' && record.command === command)
    .map((record) => (record as CommandRecord).phase);
const IN_FLIGHT =
  'failed: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
const NOT_CONNECTED = "failed: Stream isn't writeable and enableOfflineQueue options is false";

describe('commands', () => {
  it.each(seeds(4))('are applied and answered in order on a connection: seed %s', async (seed) => {
    const run = await check(
      (redis, tools) =>
        tools.at(100, () => {
          for (let number = 1; number <= 20; number += 1) tell(tools, `${number}`, redis.call('incr', 'n'));
        }),
      undefined,
      { seed },
    );
    expect(answers(run)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}: ${index + 1}`));
  });

  it('are answered in turns of their own, and now and then together', async () => {
    const run = await check((redis, tools) =>
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

  it('are never answered in the step that asks, not even to refuse', async () => {
    const steps: Record<string, [asked: number, answered: number]> = {};
    const ask = (tools: Tools, name: string, answer: Promise<unknown>): void => {
      const asked = tools.world.kernel.step;
      answer.catch(() => undefined).finally(() => (steps[name] = [asked, tools.world.kernel.step]));
    };
    await check((redis, tools) => {
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
    for (const [name, [asked, answered]] of Object.entries(steps)) expect(answered, name).toBeGreaterThan(asked);
  });

  it('that nobody knows, or that are beyond the simulator, are answered by an error', async () => {
    const run = await check((redis, tools) =>
      tools.at(100, () => {
        for (const command of ['nonsense', 'disconnect', 'constructor', 'multi', 'lolwut', 'select'])
          tell(tools, command, redis.call(command, '0'));
        tell(
          tools,
          'wrong type',
          redis.set('s', 'x').then(() => redis.call('lpush', 's', 'y')),
        );
        tell(tools, 'upper case', redis.call('GET', 's'));
      }),
    );
    expect(answers(run)).toEqual([
      "nonsense failed: ERR unknown command 'nonsense'",
      "disconnect failed: ERR unknown command 'disconnect'",
      "constructor failed: ERR unknown command 'constructor'",
      "multi failed: ERR 'multi' is not simulated",
      expect.stringMatching(/^lolwut failed: /),
      "select failed: ERR 'select' is not simulated",
      'upper case: "x"',
      expect.stringMatching(/^wrong type failed: /),
    ]);
  });

  it('of a node that crashes may still be applied, and nobody hears of it', async () => {
    const run = await check(
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
  it('goes by virtual time, at the millisecond', async () => {
    const run = await check((redis, tools) => {
      tools.at(1000, () => tell(tools, 'set', redis.set('lease', 'x', 'PX', 5000)));
      for (const atMs of [5999, 6060])
        tools.at(atMs, () => tools.note(`at ${atMs}: ${tools.world.ledger.redisKeys().join()}`));
      tools.at(6060, () => tell(tools, 'get', redis.get('lease')));
    });
    expect(answers(run)).toEqual(['set: "OK"', 'at 5999: lease', 'at 6060: ', 'get: null']);
  });

  it('is put off by pexpire', async () => {
    const run = await check((redis, tools) => {
      tools.at(1000, () => void redis.set('lease', 'x', 'PX', 5000));
      tools.at(5000, () => tell(tools, 'pexpire', redis.pexpire('lease', 5000)));
      tools.at(9000, () => tell(tools, 'get', redis.get('lease')));
      tools.at(11_000, () => tell(tools, 'get', redis.get('lease')));
    });
    expect(answers(run)).toEqual(['pexpire: 1', 'get: "x"', 'get: null']);
  });
});

describe('channels', () => {
  it('carry what is published, in order, to those subscribed and to nobody else', async () => {
    const run = await check(
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

  it('are subscribed to again after a reconnection, and what was published in between is gone', async () => {
    const run = await check(
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

describe('a connection', () => {
  it('is not there at first, and a command fails at once without it', async () => {
    const run = await check((redis, tools) => {
      tools.note(redis.status);
      tell(tools, 'get', redis.get('x'));
    });
    expect(said(run)).toEqual(['connecting', `get ${NOT_CONNECTED}`, 'node-1 ready']);
  });

  it('ends by quit, after everything before it is answered', async () => {
    const run = await check((redis, tools) => {
      tools.at(100, () => {
        tell(tools, 'set', redis.set('x', '1'));
        tell(tools, 'quit', redis.quit());
      });
      tools.at(1000, () => tell(tools, 'get', redis.get('x')));
    });
    expect(said(run)).toEqual([
      'node-1 ready',
      'set: "OK"',
      'quit: "OK"',
      'node-1 close',
      'node-1 end',
      'get failed: Connection is closed.',
    ]);
    expect(run.world.redis.sessions.size).toBe(0);
  });

  it('ends by disconnect, with everything in flight', async () => {
    const run = await check((redis, tools) =>
      tools.at(100, () => {
        tell(tools, 'set', redis.set('x', '1'));
        redis.disconnect();
        tell(tools, 'get', redis.get('x'));
      }),
    );
    expect(events(run)).toEqual(['node-1 ready', 'node-1 close', 'node-1 end']);
    expect(answers(run).sort()).toEqual([`get ${NOT_CONNECTED}`, 'set failed: Connection is closed.']);
    expect(phases(run, 'set')).toContain('applied');
  });

  it('that is given up by retryStrategy ends', async () => {
    const run = await check(
      (redis, tools) => tools.at(3000, () => tell(tools, 'get', redis.get('x'))),
      (tools) => tools.fault('redis-away', '*', 1000, 1000),
      { redis: { retryStrategy: () => null } },
    );
    expect(said(run)).toEqual(['node-1 ready', 'node-1 close', 'node-1 end', 'get failed: Connection is closed.']);
  });
});

describe('a limit on commands', () => {
  it('rejects what takes too long, which may be applied all the same', async () => {
    const run = await check(
      (redis, tools) => {
        // 20 ms at the worst, each way.
        tools.at(100, () => tell(tools, 'set', redis.set('x', '1')));
        tools.at(200, () => tell(tools, 'get', redis.get('y')));
      },
      undefined,
      { redis: { commandTimeout: 10 }, choices: { 'node-1/redis/request/set/x/0': 0.999 } },
    );
    expect(answers(run)).toEqual(['set failed: Command timed out', 'get: null']);
    expect(phases(run, 'set')).toEqual(['sent', 'error', 'applied']);
  });
});

describe('faults', () => {
  it('request lost: not applied, the connection breaks, whatever is in flight fails, and it is back by retryStrategy', async () => {
    const run = await check(
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
    expect(events(run)).toEqual(['node-1 ready', 'node-1 close', 'node-1 reconnecting', 'node-1 ready']);
    const ready = run.notes.filter(({ what }) => what === 'node-1 ready').map(({ atMs }) => atMs);
    expect((ready[1] ?? 0) - whenSaid(run, 'node-1 reconnecting')).toBeGreaterThan(1000);
  });

  it('reply lost: applied, and the sender is told as if it was not', async () => {
    const run = await check(
      (redis, tools) => {
        tools.at(1000, () => tell(tools, 'set', redis.set('x', '1')));
        tools.at(6000, () => tell(tools, 'get', redis.get('x')));
      },
      (tools) => tools.fault('redis-reply-lost', '*', 900, 200),
    );
    expect(answers(run)).toEqual([`set ${IN_FLIGHT}`, 'get: "1"']);
    expect(phases(run, 'set')).toEqual(['sent', 'applied', 'error']);
  });

  it('error: not applied, the connection stays, and it is one that the server can give to this command', async () => {
    const errors: Record<string, Set<string>> = { set: new Set(), get: new Set(), publish: new Set() };
    for (const seed of seeds(20)) {
      const run = await check(
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
      for (const answer of answers(run))
        errors[answer.split(/[ :]/, 1)[0] ?? '']?.add(answer.replace(/^\S+ /, '').slice(0, 15));
    }
    expect(errors).toEqual({
      set: new Set(['failed: LOADING', 'failed: OOM com']),
      get: new Set(['failed: LOADING']),
      publish: new Set(['0']),
    });
  });

  it('away: connections break, new ones are refused, nothing is applied, and the data is there afterwards', async () => {
    const run = await check(
      (redis, tools) => {
        tools.at(500, () => void redis.set('x', '1'));
        tools.at(1999.95, () => tell(tools, 'under way', redis.set('x', '2')));
        tools.at(3000, () => tell(tools, 'while away', redis.get('x')));
        tools.at(9000, () => tell(tools, 'back', redis.get('x')));
      },
      (tools) => tools.fault('redis-away', '*', 2000, 5000),
    );
    expect(answers(run)).toEqual([`under way ${IN_FLIGHT}`, `while away ${NOT_CONNECTED}`, 'back: "1"']);
    expect(events(run).filter((what) => what === 'node-1 error').length).toBeGreaterThan(2);
    expect(events(run).at(-1)).toBe('node-1 ready');
  });

  it('away: what a dead node had sent is not applied either', async () => {
    const run = await check(
      (redis, tools) => {
        if (tools.nowMs === 0) tools.at(1999.93, () => void redis.set('x', '1'));
        tools.at(5000, () => tools.note(`keys ${tools.world.ledger.redisKeys().join()}`));
      },
      (tools) => {
        tools.fault('node-crash', 'node-1', 1999.95, 3000);
        tools.fault('redis-away', '*', 1999.96, 1000);
      },
    );
    expect(phases(run, 'set')).toEqual(['sent', 'lost']);
    expect(answers(run)[0]).toBe('keys ');
  });

  it('at a rate strike some and not others, and only the node they aim at', async () => {
    const run = await check(
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

  it('strike one key whatever was done with the others', async () => {
    const outcome = async (others: number) => {
      const run = await check(
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

describe('the engine', () => {
  it('is empty when a run begins: no data, no expiry, no watch, no script', async () => {
    const fill: Work = (redis, tools) =>
      tools.at(100, () => {
        void redis.set('x', '1', 'PX', 1000);
        void redis.hset('h', 'a', '1');
      });
    await check(fill, undefined, { untilMs: 300 });
    const run = await check((redis, tools) => {
      tools.note(`keys ${tools.world.ledger.redisKeys().join()}`);
      tools.at(100, () => {
        tell(tools, 'ttl', redis.call('pttl', 'x'));
        void redis.set('x', '2');
      });
      tools.at(5000, () => tell(tools, 'x', redis.get('x')));
    });
    expect(answers(run)).toEqual(['keys ', 'ttl: -2', 'x: "2"']);
  });

  it('draws lots from the seed', async () => {
    const draw = async (seed: Seed) =>
      answers(
        await check(
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
