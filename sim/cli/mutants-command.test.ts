/** What happens when nothing can be run any more: one error, and none that nobody hears. */
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

test('the clean runs fail while defects are still looked for, and are heard', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  const heardBefore = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', hear);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const runner = {
    jobs: 1,
    // The clean code is the first bundle.
    run: async (bundle: number) => {
      await turn();
      if (bundle === 0) throw new Error('a worker ended before its job');
      // Long after the clean runs have failed, when whoever listens has heard of it.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      throw new Error('stopped');
    },
  };
  let bundles = 0;
  const workers = { runner, stuckMs: 10_000, register: () => bundles++ } as unknown as Workers;
  const session = {
    workingFolder: place.folder,
    output: { progress: () => undefined, result: () => undefined, document: () => undefined, flags: {} },
    interrupt: { signal: new AbortController().signal, pressed: false },
    nowMs: () => performance.now(),
    workers: () => workers,
  } as unknown as Session;
  const flags = { jobs: 1, stuckTime: 10_000, seeds: 1, seedStart: '0x1', shrinkTime: 0 } as const;
  const scenario = path.join(place.folder, 'scenario.ts');
  try {
    await expect(mutantsCommand(session, ['silent'], { ...flags, scenario })).rejects.toThrow('a worker ended');
    for (let turns = 0; turns < 40; turns += 1) await turn();
    expect(unheard).toEqual([]);
  } finally {
    process.removeListener('unhandledRejection', hear);
    for (const listener of heardBefore) process.on('unhandledRejection', listener);
  }
});
