/** When the workers fail, the command ends with one error and no unhandled rejection. */
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workers } from '../api/workers.ts';
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
  const runner = {
    jobs: 1,
    // The unmodified code is the first bundle.
    run: async (bundle: number) => {
      await turn();
      if (bundle === 0) throw new Error('a worker ended before its job');
      // Rejects long after the runs of unmodified code have failed.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      throw new Error('stopped');
    },
  };
  let bundles = 0;
  const workers = { runner, stuckMs: 10_000, register: () => bundles++ } as unknown as Workers;
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
    await expect(mutantsCommand(session, ['silent'], { ...flags, scenario })).rejects.toThrow('a worker ended');
    for (let turns = 0; turns < 40; turns += 1) await turn();
    expect(unhandled).toEqual([]);
  } finally {
    process.removeListener('unhandledRejection', onUnhandled);
    for (const listener of listenersBefore) process.on('unhandledRejection', listener);
  }
});
