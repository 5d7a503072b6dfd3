/** When the workers fail, the command ends with one error and no unhandled rejection. */
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workers } from '../api/workers.ts';
import type { Bundle } from '../search/job-runner.ts';
import { mutantsCommand } from './mutants-command.ts';
import type { Session } from './session.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

test('an error in the runs of unmodified code ends the command while mutants are still examined', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  const listenersBefore = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', onUnhandled);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let unmodified: string | null = null;
  const runner = {
    jobs: 1,
    // The unmodified code is run first.
    run: async ({ codeHash }: Bundle) => {
      unmodified ??= codeHash;
      await turn();
      if (codeHash === unmodified) throw new Error('a worker exited before its job was done');
      // Rejects long after the runs of unmodified code have failed.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      throw new Error('stopped');
    },
  };
  const workers = { runner, stuckMs: 10_000 } as unknown as Workers;
  const session = {
    workingFolder: place.folder,
    output: {
      note: () => undefined,
      progress: () => undefined,
      result: () => undefined,
      document: () => undefined,
      flags: {},
    },
    interrupt: { signal: new AbortController().signal, pressed: false },
    nowMs: () => performance.now(),
    workers: () => workers,
  } as unknown as Session;
  const flags = { jobs: 1, stuckTime: 10_000, seeds: 1, seedStart: '0x1', shrinkTime: 0 } as const;
  const scenario = path.join(place.folder, 'scenario.ts');
  try {
    await expect(mutantsCommand(session, ['silent'], { ...flags, scenario })).rejects.toThrow('a worker exited');
    for (let turns = 0; turns < 40; turns += 1) await turn();
    expect(unhandled).toEqual([]);
  } finally {
    process.removeListener('unhandledRejection', onUnhandled);
    for (const listener of listenersBefore) process.on('unhandledRejection', listener);
  }
});
