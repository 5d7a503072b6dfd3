/** A fault of Redis may hit the subscribed connections of a node alone, or the others alone. */
import { describe, expect, test } from 'vitest';
import { REDIS_CONNECTIONS, type RedisConnection } from '../../kernel/fault.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { SimNode } from '../../system/types.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import { runWorld, type Tools } from '../../world/test/run-world.ts';

/** One client that writes ten times a second, and one that subscribes as often. */
function busy(node: SimNode, tools: Tools): object {
  // A failed resubscription would be an unhandled rejection, as in ioredis.
  const [store, listener] = [node.redis(), node.redis({ autoResubscribe: false })];
  for (const redis of [store, listener]) redis.on('error', () => undefined);
  for (let atMs = 1000; atMs < 8000; atMs += 100) {
    tools.at(atMs, () => void store.set('key', String(atMs)).catch(() => undefined));
    tools.at(atMs, () => void listener.subscribe(`channel-${atMs}`).catch(() => undefined));
  }
  return {};
}

/** The records of the commands of each client, without what the other one may shift. */
async function recordsWith(fault: (tools: Tools) => void): Promise<Readonly<Record<RedisConnection, string>>> {
  const { records } = await runWorld(busy, fault, { untilMs: 12_000 });
  const of = (client: string): string =>
    records
      .filter((record) => (record.type === 'redis' || record.type === 'command') && record.connection.includes(client))
      .map(({ step: _step, ...record }: RunRecord) => JSON.stringify({ ...record, number: 0 }))
      .join('\n');
  return { commands: of('redis-1#'), subscriber: of('redis-2#') };
}

const calm = recordsWith(() => undefined);
const kinds = [...FAULT_KINDS.values()].filter(({ hitsConnections }) => hitsConnections === true);

test('six kinds hit connections', () => expect(kinds).toHaveLength(6));

describe.each(kinds.map(({ kind, durationMsMax }) => [kind, durationMsMax] as const))('%s', (kind, durationMsMax) => {
  test.each(REDIS_CONNECTIONS)('of the %s alone', async (connection) => {
    const hit = await recordsWith((tools) =>
      tools.fault(kind, 'node-1', 2000, Math.min(durationMsMax, 5000), 1, connection),
    );
    const other = connection === 'commands' ? 'subscriber' : 'commands';
    expect(hit[connection]).not.toBe((await calm)[connection]);
    expect(hit[other]).toBe((await calm)[other]);
  });
});
