import { describe, expect, it } from 'vitest';
import { closeAtEnd, runNetwork } from '../network/test/run-network.ts';
import { runRedis } from '../redis/test/run-redis.ts';
import { runWorld } from './test/run-world.ts';

describe('the ledger', () => {
  it('counts listeners of clients of Redis and of process, until they are removed or the client ends', async () => {
    const seen: string[][] = [];
    await runWorld(
      (node, tools) => {
        const hear = (): void => undefined;
        const [first, second] = [node.redis().on('message', hear).on('message', hear), node.redis().on('end', hear)];
        tools.at(2000, () => first.off('message', hear));
        tools.at(3000, () => second.disconnect());
        return {};
      },
      (tools) => {
        const { ledger } = tools.world;
        for (const ms of [1000, 2500, 4000])
          tools.at(ms, () =>
            seen.push(ledger.listeners('node-1').map(({ on, event, listeners }) => `${on} ${event} ${listeners}`)),
          );
      },
    );
    expect(seen).toEqual([
      ['node-1.1.redis-1 message 2', 'node-1.1.redis-2 end 1'],
      ['node-1.1.redis-1 message 1', 'node-1.1.redis-2 end 1'],
      ['node-1.1.redis-1 message 1'],
    ]);
  });

  it('tells timers as plain data', async () => {
    let seen: unknown;
    await runWorld(
      (node) => {
        node.clock.startTimer({ label: 'beat', owner: 'node' }, 5000, () => undefined);
        return {};
      },
      (tools) => tools.at(1000, () => (seen = tools.world.ledger.timers('node-1'))),
    );
    const beat = { label: 'beat', owner: 'node', startedAtMs: 0, dueAtMs: 5000 };
    expect(JSON.parse(JSON.stringify(seen))).toEqual([beat]);
  });

  it('lists the connections that are open or closing at a node', async () => {
    const seen: string[][] = [];
    await runNetwork(
      () => undefined,
      (tools) => {
        tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'), 1000));
        tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-2'), 2000));
        for (const ms of [900, 1900, 2900])
          tools.at(ms, () => {
            const { ledger } = tools.world;
            expect(ledger.openConnections('node-2')).toEqual([]);
            seen.push(ledger.openConnections('node-1').map(({ client, atNode }) => `${client} ${atNode}`));
          });
        tools.fault('node-crash', 'node-1', 3000, 1000);
      },
    );
    expect(seen).toEqual([['client-1 open', 'client-2 open'], ['client-2 open'], []]);
  });

  it('knows what has been sent and not yet taken', async () => {
    const buffered: number[] = [];
    await runNetwork(
      (socket, tools) => tools.at(1000, () => socket.send('x'.repeat(1000))),
      (tools) => {
        tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1')));
        for (const ms of [500, 1000.001, 2000])
          tools.at(ms, () => buffered.push(tools.world.ledger.connection('client-1#1')?.bufferedBytes ?? -1));
      },
    );
    expect(buffered).toEqual([0, 4 + 1000, 0]);
  });

  it('reads values of Redis that are not UTF-8', async () => {
    let read: unknown[] = [];
    await runRedis(
      (redis, tools) => {
        void redis.set('bytes', Buffer.from([0, 255, 10]));
        void redis.set('text', 'é');
        void redis.sadd('set', 'member');
        tools.at(1000, () => {
          const { ledger } = tools.world;
          read = ['bytes', 'text', 'set', 'nothing'].map((key) => ledger.redisBytes(key)?.toString('hex'));
        });
      },
      () => undefined,
      { redis: { enableOfflineQueue: true } },
    );
    expect(read).toEqual(['00ff0a', 'c3a9', undefined, undefined]);
  });
});
