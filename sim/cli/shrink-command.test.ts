import { renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkers } from '../api/create-workers.ts';
import { run } from '../index.ts';
import { PLAIN } from '../report/colour.ts';
import { EXIT } from './exit-code.ts';
import type { Lines } from './output.ts';
import type { Session } from './session.ts';
import { shrinkCommand } from './shrink-command.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

test('shrink exits 2 and prints the command of the larger replay when the smaller one cannot be saved', async () => {
  const scenario = path.join(place.folder, 'scenario.ts');
  const few = { seeds: 30, seedStart: '0x1', bail: 1, shrinkMs: 0 };
  await run(scenario, { ...few, variant: 'silent', save: true });
  const [name = ''] = place.list('replays');
  const shown: string[] = [];
  const session = {
    workingFolder: place.folder,
    output: {
      flags: { verbose: false },
      progress: () => undefined,
      complain: (text: string) => shown.push(text),
      result: (lines: Lines) => shown.push(...lines(PLAIN, 80)),
      document: () => undefined,
    },
    interrupt: { signal: new AbortController().signal, pressed: false },
    nowMs: () => performance.now(),
    command: (...words: string[]) => words.join(' '),
    workers: () => {
      // Called after the replay was read.
      renameSync(path.join(place.folder, 'replays'), path.join(place.folder, 'elsewhere'));
      place.write('replays', 'a file instead of the folder');
      return createWorkers({ jobs: 0, stuckMs: 10_000 });
    },
  } as unknown as Session;
  const code = await shrinkCommand(session, `replays/${name}`, { time: 5000, jobs: 1, stuckTime: 10_000 });
  expect(code).toBe(EXIT.usage);
  expect(shown[0]).toMatch(/^cannot save the replay in replays \(E[A-Z]+\)$/);
  expect(shown.at(-1)).toBe(`  replay replays/${name}`);
});
