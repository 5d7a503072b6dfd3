/** A node whose system is a main module. */
import { expect, test } from 'vitest';
import type { AmbientHost } from '../system/image.ts';
import { runWorld, type WorldRun } from './test/run-world.ts';

const never = () => ({});

const sleep = (host: AmbientHost, ms: number): Promise<void> =>
  new Promise((resolve) => void host.startTimer({ label: 'sleep', owner: 'main' }, ms, resolve));

const phases = ({ records }: WorldRun) =>
  records.flatMap((record) => (record.type === 'node' ? [{ phase: record.phase, atMs: Math.round(record.atMs) }] : []));

test('is ready when its top-level code has ended', async () => {
  const run = await runWorld(never, () => undefined, { untilMs: 1000, main: async (_, host) => sleep(host, 200) });
  expect(run.end).toEqual({ why: 'stopped' });
  expect(phases(run)).toEqual([
    { phase: 'started', atMs: 0 },
    { phase: 'ready', atMs: 200 },
  ]);
});

test('is not ready if its process ends before, and the next process runs it again', async () => {
  const run = await runWorld(never, ({ fault }) => fault('node-crash', 'node-1', 100, 500), {
    untilMs: 1500,
    main: async (_, host) => sleep(host, 200),
  });
  expect(phases(run).map(({ phase }) => phase)).toEqual(['started', 'crashed', 'started', 'ready']);
});

test.each([0, 50])('crashes with what it throws after %d ms', async (ms) => {
  const error = new Error('no');
  const main = async (_: unknown, host: AmbientHost): Promise<void> => {
    if (ms > 0) await sleep(host, ms);
    throw error;
  };
  const run = await runWorld(never, () => undefined, { untilMs: 1000, main });
  expect(run.end).toMatchObject({ reason: error });
});
