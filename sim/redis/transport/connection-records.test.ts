/** Each connection to Redis has records: when it opened, was ready and closed, and by which end. */
import { expect, test } from 'vitest';
import type { RunRecord } from '../../kernel/record.ts';
import { recordLine } from '../../report/record-line.ts';
import { runRedis, type Work } from '../test/run-redis.ts';
import type { Tools } from '../../world/test/run-world.ts';

async function recordsOf(work: Work, arrange?: (tools: Tools) => void): Promise<string[]> {
  const { records } = await runRedis(work, arrange, { redis: { retryStrategy: (attempt) => attempt * 500 } });
  const lines = records.filter((record: RunRecord) => record.type === 'redis').map((one) => recordLine(one, 100).what);
  return lines.map((line) => line.replace('node-1.1.redis-', '').replace(' to Redis', ''));
}

/** Sends a command now and then, and leaves at 8 s. */
const busy: Work = (redis, tools) => {
  redis.on('error', () => undefined);
  for (const atMs of [500, 1500, 6000]) tools.at(atMs, () => void redis.set('x', '1').catch(() => undefined));
  tools.at(8000, () => redis.disconnect());
};

test('a connection that the client closes', async () => {
  expect(await recordsOf(busy)).toEqual(['1#1 opened', '1#1 ready', '1#1 closed by the client']);
});

test('a connection that the client asks the server to close', async () => {
  const quitting: Work = (redis, tools) => tools.at(500, () => void redis.quit());
  expect(await recordsOf(quitting)).toEqual(['1#1 opened', '1#1 ready', '1#1 closed by the server']);
});

test('a server that goes down closes connections, and refuses those that follow', async () => {
  const lines = await recordsOf(busy, (tools) => tools.fault('redis-down', '*', 1000, 1800));
  expect(lines).toEqual([
    '1#1 opened',
    '1#1 ready',
    '1#1 closed by the server',
    '1#2 refused',
    '1#3 refused',
    '1#4 opened',
    '1#4 ready',
    '1#4 closed by the client',
  ]);
});

test('a connection that the network resets', async () => {
  const lines = await recordsOf(busy, (tools) => tools.fault('redis-drop', '*', 1000));
  expect(lines.slice(0, 4)).toEqual(['1#1 opened', '1#1 ready', '1#1 closed by the network', '1#2 opened']);
});

test('the connections of a process that ends', async () => {
  const lines = await recordsOf(busy, (tools) => tools.fault('node-crash', 'node-1', 1000, 100_000));
  expect(lines).toEqual(['1#1 opened', '1#1 ready', '1#1 closed by the client']);
});

test('a connection that another client kills', async () => {
  const killed: Work = (redis, tools, node) => {
    const other = node.redis();
    for (const client of [redis, other]) client.on('error', () => undefined);
    tools.at(500, () => void redis.set('x', '1'));
    tools.at(1000, () => void other.call('client', 'kill', 'type', 'normal'));
  };
  const lines = await recordsOf(killed);
  expect(lines.filter((line) => line.startsWith('1#1'))).toEqual([
    '1#1 opened',
    '1#1 ready',
    '1#1 closed by the server',
  ]);
});
