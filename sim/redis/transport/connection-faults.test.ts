import { describe, expect, it } from 'vitest';
import type { RedisClient } from '../../system/types.ts';
import { answers, events, IN_FLIGHT, phases, runRedis, seeds, tell, type Work } from '../test/run-redis.ts';
import { whenSaid } from '../../world/test/run-world.ts';

describe('redis-drop', () => {
  it("breaks a node's connections and fails commands in flight, but not those of another node", async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        tools.at(999.95, () => tell(tools, node.name, redis.set(node.name, '1')));
        tools.at(3000, () => tell(tools, `${node.name} later`, redis.set(node.name, '2')));
      },
      (tools) => tools.fault('redis-drop', 'node-1', 1000),
      { nodes: 2 },
    );
    expect([...answers(run)].sort()).toEqual([
      `node-1 ${IN_FLIGHT}`,
      'node-1 later: "OK"',
      'node-2 later: "OK"',
      'node-2: "OK"',
    ]);
    expect(events(run).filter((what) => what.startsWith('node-2'))).toEqual(['node-2 ready']);
    expect(run.world.hits.get('redis-drop')).toBe(1);
  });

  it('misses messages until the channels are subscribed to again, although the client is ready', async () => {
    let received = 0;
    for (const seed of seeds(20)) {
      const clients: RedisClient[] = [];
      const run = await runRedis(
        (redis, tools, node) => {
          clients.push(redis);
          if (node.name === 'node-2') return;
          tools.at(100, () => void redis.subscribe('a'));
          redis.on('ready', () => {
            if (tools.nowMs < 2000) return;
            tools.note(`listens to ${tools.world.ledger.channels('node-1').join() || 'nothing'}`);
            tell(tools, 'in the gap', clients.at(-1)?.publish('a', 'x') ?? Promise.resolve());
          });
          tools.at(8000, () => tools.note(`listens to ${tools.world.ledger.channels('node-1').join()}`));
        },
        (tools) => tools.fault('redis-drop', 'node-1', 2000),
        { nodes: 2, seed },
      );
      expect(answers(run)).toEqual(expect.arrayContaining(['listens to nothing', 'listens to a']));
      if (answers(run).includes('node-1 heard a x')) received += 1;
      else expect(answers(run)).toContain('in the gap: 0');
    }
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(20);
  });
});

describe('redis-message-lost', () => {
  it('loses messages to a node for good, while its commands are answered and other nodes receive them', async () => {
    const run = await runRedis(
      (redis, tools, node) => {
        if (node.name !== 'node-2') tools.at(100, () => void redis.subscribe('a'));
        else {
          for (const atMs of [1000, 2500, 4000])
            tools.at(atMs, () => tell(tools, `at ${atMs}`, redis.publish('a', String(atMs))));
        }
        if (node.name === 'node-1') tools.at(2500, () => tell(tools, 'ping', redis.call('ping')));
      },
      (tools) => tools.fault('redis-message-lost', 'node-1', 2000, 1000),
      { nodes: 3 },
    );
    const messagesOf = (node: string) => answers(run).filter((what) => what.startsWith(`${node} heard`));
    expect(messagesOf('node-1')).toEqual(['node-1 heard a 1000', 'node-1 heard a 4000']);
    expect(messagesOf('node-3')).toHaveLength(3);
    expect(answers(run)).toEqual(
      expect.arrayContaining(['at 1000: 2', 'at 2500: 2', 'at 4000: 2', 'ping: ["pong",""]']),
    );
    expect(run.world.hits.get('redis-message-lost')).toBe(1);
  });
});

describe('redis-stall', () => {
  const work: Work = (redis, tools, node) => {
    if (node.name === 'node-2') {
      tools.at(2500, () => tell(tools, 'other', redis.get('a')));
      return;
    }
    tools.at(1999.95, () => tell(tools, 'under way', redis.set('a', '1')));
    for (const key of ['b', 'c']) tools.at(2500, () => tell(tools, key, redis.set(key, '1')));
    tools.at(2900, () => tools.note(`keys ${tools.world.ledger.redisKeys().join()}`));
    tools.at(8500, () => tools.note(`in the end ${tools.world.ledger.redisKeys().join()}`));
  };

  it('lets nothing pass either way; afterwards everything arrives once, in order', async () => {
    const run = await runRedis(work, (tools) => tools.fault('redis-stall', 'node-1', 2000, 3000), { nodes: 2 });
    expect(answers(run).slice(-4)).toEqual(['under way: "OK"', 'b: "OK"', 'c: "OK"', 'in the end a,b,c']);
    expect(whenSaid(run, 'under way: "OK"')).toBeGreaterThanOrEqual(5000);
    expect(whenSaid(run, 'under way: "OK"')).toBeLessThan(5050);
    expect(whenSaid(run, 'other: null')).toBeLessThan(2600);
    expect(phases(run, 'set').filter((phase) => phase === 'applied')).toHaveLength(3);
    expect([...events(run)].sort()).toEqual(['node-1 ready', 'node-2 ready']);
  });

  it('breaks the connections if it lasted too long, and what had not arrived is lost', async () => {
    const run = await runRedis(work, (tools) => tools.fault('redis-stall', 'node-1', 2000, 5000), { nodes: 2 });
    expect(answers(run).filter((what) => what.endsWith(IN_FLIGHT))).toHaveLength(3);
    expect(phases(run, 'set').filter((phase) => phase === 'lost').length).toBeGreaterThanOrEqual(2);
    expect(events(run).filter((what) => what === 'node-1 ready')).toHaveLength(2);
    // At the end of the stall, not as soon as it lasts too long.
    expect(whenSaid(run, 'node-1 close')).toBeGreaterThanOrEqual(7000);
    expect(whenSaid(run, 'node-1 close')).toBeLessThan(7050);
  });
});
