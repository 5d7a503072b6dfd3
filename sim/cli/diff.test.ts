/** `replay --diff` compares a failing run with the nearest one that passes. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay, run } from '../index.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  file = await place.saveReplay();
});

afterAll(() => place.remove());

test('a race passes when one choice changes, with all operations and the property judged', async () => {
  const scenario = 'examples/races/last-seat/scenario.ts';
  const { findings } = await run(scenario, { variant: 'race', seedStart: '0x4', seeds: 1, save: true });
  const saved = findings[0]?.file ?? '';
  const { holds, lines } = findings[0]!;
  try {
    const { diff, report } = await replay(saved, { diff: true });
    expect(diff?.kind).toBe('choice');
    expect(diff?.when).toMatch(/^when the (?:reply|request) of get seats:room-0 of node-1 takes (?:less|more) time/);
    expect(diff?.plan.operations).toEqual(report?.plan?.operations);
    expect(diff?.when).toBe(holds);
    expect(lines).toContain(`  holds ${holds}`);
    expect(diff?.report.failure).toBeNull();
    expect(diff?.report.checked['seats']).toBeGreaterThan(0);
    const index = diff?.index ?? 0;
    expect(diff?.report.records?.slice(0, index)).toEqual(report?.records?.slice(0, index));
    expect(diff?.report.records?.[index]).not.toEqual(report?.records?.[index]);
  } finally {
    rmSync(saved, { force: true });
  }
});

test('a run that fails whatever the choices says that a part was left out, or that none was found', async () => {
  const { code, stdout } = await place.run('replay', file, '--diff');
  expect(stdout).toMatch(/^holds only without a part of the plan|^no run near to it was found that passes/);
  expect(stdout).toContain('✖ exact');
  expect(code).toBe(1);
  const found = await place.run(
    'run',
    '--variant',
    'silent',
    '--seeds',
    '6',
    '--seed-start',
    '0x1',
    '--bail',
    '--json',
  );
  expect(JSON.parse(found.stdout)).toMatchObject({ violations: [{ property: 'answered', holds: null }] });
  expect(found.stderr).toContain('✖ answered');
  expect(found.stderr).not.toMatch(/^ {2}holds/m);
});

test('a run that holds is refused', async () => {
  await expect(replay(file, { folder: place.folder, clean: true, diff: true })).rejects.toThrow(
    'options: diff: the run did not fail',
  );
});
