/** `replay --effects` prints what a record led to, or what a failure names. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../index.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Cause } from '../report/why/chain-lines.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';

beforeAll(async () => {
  place = new Workplace();
  file = await place.saveReplay();
});

afterAll(() => place.remove());

interface Document {
  readonly records: readonly RunRecord[];
  readonly why: readonly Cause[];
  readonly effects: readonly Cause[];
}

async function documentOf(...flags: readonly string[]): Promise<Document> {
  return JSON.parse((await place.run('replay', file, '--json', ...flags)).stdout) as Document;
}

test('a record leads to what has it among its causes, and to nothing before it', async () => {
  const { records } = await documentOf();
  const begun = records.findIndex((record) => record.type === 'operation' && record.name === 'connect') + 1;
  const { stdout, code } = await place.run('replay', file, '--effects', String(begun));
  expect(stdout).toContain(`what record ${begun} led to, the first effect first:\n`);
  expect(stdout).toMatch(new RegExp(`^ +#${begun} .* connect begins\\n +#\\d+ .* sent: open {3}← #${begun}\\n`, 'm'));
  expect(code).toBe(1);
  const { effects } = await documentOf('--effects', String(begun));
  expect(effects[0]).toMatchObject({ record: begun, causes: [] });
  const known = new Set([begun]);
  for (const { record, causes } of effects.slice(1)) {
    expect(causes.some((cause) => known.has(cause))).toBe(true);
    known.add(record);
  }
  // Each effect has the record in its own chain.
  const last = effects.at(-1)?.record ?? 0;
  expect(last).toBeGreaterThan(begun);
  expect((await documentOf('--why', String(last))).why.map(({ record }) => record)).toContain(begun);
});

test('without a number it begins with what the failure names, also in programs', async () => {
  const { effects, why } = await documentOf('--effects', '--why');
  expect(effects[0]).toMatchObject({ causes: [] });
  expect(why.map(({ record }) => record)).toContain(effects[0]?.record);
  const outcome = await replay(file, { folder: place.folder, effects: true });
  expect(outcome.effects).toEqual(effects);
  await expect(replay(file, { folder: place.folder, effects: 900 })).rejects.toThrow(
    'options: effects: the run has no',
  );
});

test('a record that the run has not, and flags without an effect, are refused', async () => {
  const { code, stdout, stderr } = await place.run('replay', file, '--effects', '900');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^seedstorm: --effects: the run has no record 900 \(expected a number from 1 to \d+\)\n$/);
  const selected = await place.run('replay', file, '--effects', '--from', '3');
  expect(selected).toMatchObject({ code: 2, stderr: expect.stringContaining('--effects replaces') as string });
});
