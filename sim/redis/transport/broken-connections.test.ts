/** What is on its way to Redis when a connection breaks never arrives, whatever its client does. */
import { expect, test } from 'vitest';
import type { RunRecord } from '../../kernel/record.ts';
import { runRedis, seeds } from '../test/run-redis.ts';

/** The commands that were applied on a connection after it had broken. */
function appliedBehindABreak(records: readonly RunRecord[]): readonly string[] {
  const broken = new Set<string>();
  return records.flatMap((record) => {
    if (record.type === 'redis' && record.phase === 'closed' && record.by !== 'client') broken.add(record.connection);
    if (record.type !== 'command') return [];
    if (record.phase === 'lost') broken.add(record.connection);
    return record.phase === 'applied' && broken.has(record.connection)
      ? [`${record.command} ${record.connection}`]
      : [];
  });
}

test.each(['redis-request-lost', 'redis-reply-lost', 'redis-drop', 'redis-restart', 'redis-stall'])(
  '%s',
  async (kind) => {
    const lost = new Set<string>();
    for (const seed of seeds(20)) {
      const { records } = await runRedis(
        (redis, tools, node) => {
          const other = node.redis();
          for (const client of [redis, other]) {
            client.on('error', () => undefined);
            for (let atMs = 995; atMs < 1010; atMs += 0.25)
              tools.at(atMs, () => void client.incr('count').catch(() => undefined));
          }
          // It closes the connection while commands are on their way, broken or not.
          for (const atMs of [1001, 1003, 1006, 1009]) tools.at(atMs, () => other.disconnect(true));
        },
        (tools) => {
          tools.fault(kind, 'node-1', 1000, 5, 0.3);
          tools.fault('redis-restart', '*', 1004, 1);
        },
        { seed },
      );
      expect(appliedBehindABreak(records), seed).toEqual([]);
      for (const record of records)
        if (record.type === 'command' && record.phase === 'lost') lost.add(record.connection);
    }
    expect(lost.size).toBeGreaterThan(1);
  },
);
