/** Commands that are not simulated: each reports an escape, whatever becomes of its reply. */
import { expect, it } from 'vitest';
import { createGuard } from '../../ambient/guard.ts';
import { createNet } from '../../ambient/net/net-module.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import { runWorld, said, type Tools } from '../../world/test/run-world.ts';
import { tell } from '../test/run-redis.ts';

type Run = Awaited<ReturnType<typeof runWorld>>;

const REFUSAL = "failed: ERR 'migrate' is not simulated, see docs/redis.md for the commands that are";
const MIGRATE = ['migrate', 'host', '6379', 'key', '0', '1000'] as const;

const escapesIn = (run: Run): unknown[] =>
  run.records.flatMap((record) =>
    record.type === 'probe' && record.name === 'sim.escape' ? [record.fields['way']] : [],
  );

const runClient = (work: (redis: RedisClient, tools: Tools) => void, options: RedisOptions = {}): Promise<Run> =>
  runWorld(
    (node, tools) => {
      work(node.redis({ enableOfflineQueue: true, ...options }), tools);
      return {};
    },
    () => undefined,
    { untilMs: 5000 },
  );

it('a refused command is an escape, also when its error is caught', async () => {
  const run = await runClient((redis, tools) => {
    tell(tools, 'migrate', redis.call(...MIGRATE));
    tell(tools, 'set', redis.set('a', '1'));
  });
  expect(said(run)).toEqual([`migrate ${REFUSAL}`, 'set: "OK"']);
  expect(escapesIn(run)).toEqual(['Redis command migrate']);
});

it('a refused command in a transaction is an escape', async () => {
  const run = await runClient((redis, tools) => {
    const transaction = redis.multi() as unknown as { call(...all: readonly string[]): void; exec(): Promise<unknown> };
    transaction.call(...MIGRATE);
    tell(tools, 'exec', transaction.exec());
  });
  expect(escapesIn(run)).toEqual(['Redis command migrate']);
});

it('a refused command in a script is an escape, also under redis.pcall', async () => {
  const run = await runClient((redis, tools) => {
    const text = "redis.pcall('migrate', 'host', '6379', 'key', '0', '1000') return 1";
    tell(tools, 'eval', redis.call('eval', text, '0'));
  });
  expect(said(run)).toEqual(['eval: 1']);
  expect(escapesIn(run)).toEqual(['Redis command migrate']);
});

it('a refused command that timed out is an escape', async () => {
  const run = await runClient(
    (redis, tools) => {
      tell(tools, 'migrate', redis.call(...MIGRATE));
    },
    { commandTimeout: 1 },
  );
  expect(said(run)).toEqual(['migrate failed: Command timed out']);
  expect(escapesIn(run)).toEqual(['Redis command migrate']);
});

it('a refused command of a client with a separate socket is an escape', async () => {
  const run = await runWorld(
    (_node, tools, host) => {
      const socket = createNet(host, createGuard(host)).createConnection(6379, 'redis');
      socket.on('data', (bytes: Buffer) => tools.note(String(bytes).trim()));
      socket.once('connect', () => socket.write('*1\r\n$8\r\nfailover\r\n'));
      return {};
    },
    () => undefined,
    { untilMs: 5000 },
  );
  expect(said(run)).toEqual(["-ERR 'failover' is not simulated, see docs/redis.md for the commands that are"]);
  expect(escapesIn(run)).toEqual(['Redis command failover']);
});
