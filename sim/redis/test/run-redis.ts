/** Runs nodes with one client of Redis each. */
import { expect } from 'vitest';
import type { CommandRecord } from '../../kernel/record.ts';
import { formatSeed, type Seed } from '../../kernel/seed.ts';
import type { SimNode, RedisClient, RedisOptions } from '../../system/types.ts';
import { runWorld, said, type Tools, type WorldRun, type WorldRunOptions } from '../../world/test/run-world.ts';

export type Work = (redis: RedisClient, tools: Tools, node: SimNode) => void;

/** Runs nodes with one client each. `tell` notes the outcome of a promise. */
export async function runRedis(
  work: Work,
  arrange: (tools: Tools) => void = () => undefined,
  options: WorldRunOptions & { redis?: RedisOptions } = {},
): Promise<WorldRun> {
  const start = (node: SimNode, tools: Tools) => {
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

export function tell(tools: Tools, name: string, answer: Promise<unknown>): void {
  answer.then(
    (value) => tools.note(`${name}: ${JSON.stringify(value)}`),
    (error: Error) => tools.note(`${name} failed: ${error.message}`),
  );
}

export const seeds = (count: number): Seed[] =>
  Array.from({ length: count }, (_, index) => formatSeed(BigInt(index + 1)));
export const answers = (run: WorldRun) => said(run).filter((what) => !/^node-\d \w+$/.test(what));
export const events = (run: WorldRun) => said(run).filter((what) => /^node-\d \w+$/.test(what));
export const phases = (run: WorldRun, command: string) =>
  run.records
    .filter((record) => record.type === 'command' && record.command === command)
    .map((record) => (record as CommandRecord).phase);
export const IN_FLIGHT =
  'failed: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
export const NOT_CONNECTED = "failed: Stream isn't writeable and enableOfflineQueue options is false";
