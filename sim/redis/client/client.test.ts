import { describe, expect, it } from 'vitest';
import { runRedis, tell, answers, events, phases, NOT_CONNECTED } from '../test/run-redis.ts';
import { said } from '../../world/test/run-world.ts';

describe('a connection', () => {
  it('does not exist at first, and a command without it fails at once', async () => {
    const run = await runRedis((redis, tools) => {
      tools.note(redis.status);
      tell(tools, 'get', redis.get('x'));
    });
    expect(said(run)).toEqual(['connecting', `get ${NOT_CONNECTED}`, 'node-1 ready']);
  });

  it('ends with quit, after all earlier replies', async () => {
    const run = await runRedis((redis, tools) => {
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

  it('ends with disconnect, which fails everything in flight', async () => {
    const run = await runRedis((redis, tools) =>
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

  it('ends when retryStrategy returns null', async () => {
    const run = await runRedis(
      (redis, tools) => tools.at(3000, () => tell(tools, 'get', redis.get('x'))),
      (tools) => tools.fault('redis-down', '*', 1000, 1000),
      { redis: { retryStrategy: () => null } },
    );
    expect(said(run)).toEqual(['node-1 ready', 'node-1 close', 'node-1 end', 'get failed: Connection is closed.']);
  });
});

describe('commandTimeout', () => {
  it('rejects a command that takes too long, which may still be applied', async () => {
    const run = await runRedis(
      (redis, tools) => {
        // Up to 20 ms each way.
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
