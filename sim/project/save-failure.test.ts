import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleFailure, sampleReplay } from '../replay/test/sample.ts';
import { findReplay } from './find-replay.ts';
import { isWorthSaving, type Saved, saveFinding } from './save-failure.ts';
import type { Source } from './scenario-source.ts';

let folder: string;
const { plan, codeHash, digest } = sampleReplay();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-saving-'));
  writeFileSync(path.join(folder, 'package.json'), '{}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function save(operations: number, replaces?: Saved): Saved {
  const source = { place: { project: folder, path: 'scenario.ts' } } as Source;
  const smaller = { ...plan, operations: plan.operations.slice(0, operations) };
  const found = { variant: null, codeHash, plan: smaller, failure: sampleFailure, digest };
  return saveFinding(source, found, { workingFolder: folder, replaces, otherwise: 'run 0x1' });
}

const saved = (): string[] => readdirSync(path.join(folder, 'replays'));

test('a smaller replay replaces the one before', () => {
  const first = save(2);
  expect([saved(), first.isNew]).toEqual([[path.basename(first.file ?? '')], true]);
  const second = save(1, first);
  expect(saved()).toEqual([path.basename(second.file ?? '')]);
  expect(second.file).not.toBe(first.file);
});

test('a replay answers to the ids and files of all that it replaced', () => {
  const first = save(2);
  const second = save(1, first);
  const third = save(0, second);
  const ids = [first, second, third].map(({ file }) => path.basename(file ?? '').slice(-11, -5));
  expect(third.ids).toEqual(ids);
  for (const named of [ids[0], `replays/${path.basename(first.file ?? '')}`, ids[1]])
    expect(findReplay(named ?? '', folder)).toMatchObject({
      file: third.file,
      note: `${/[0-9a-f]{6}(?=$|\.json)/.exec(named ?? '')?.[0]} was replaced by the smaller ${ids[2]}`,
    });
  expect(findReplay(ids[2] ?? '', folder).note).toBeNull();
  expect(() => findReplay('123456', folder)).toThrow('replay not found: 123456 in replays');
});

test.each(['scenario-error', 'nondeterminism'] as const)(
  'a failure with the verdict %s is not worth a file',
  (verdict) => {
    expect(isWorthSaving({ ...sampleFailure, verdict } as never)).toBe(false);
    expect(isWorthSaving(sampleFailure)).toBe(true);
  },
);

test('a replay that existed before is kept', () => {
  save(2);
  const again = save(2);
  expect(again.isNew).toBe(false);
  save(1, again);
  expect(saved()).toHaveLength(2);
});

test('a replay that replaces itself is kept', () => {
  const first = save(2);
  expect(existsSync(save(2, first).file ?? '')).toBe(true);
});

test('a replay that cannot be saved replaces nothing', () => {
  const first = save(2);
  const source = { place: { project: folder, path: 'scenario.ts' } } as Source;
  const found = { variant: null, codeHash, plan, failure: sampleFailure, digest };
  const inTheWay = path.join(folder, 'package.json');
  const second = saveFinding(source, found, {
    workingFolder: folder,
    folder: inTheWay,
    replaces: first,
    otherwise: 'run 0x1',
  });
  expect(second).toMatchObject({
    file: null,
    command: 'run 0x1',
    complaint: expect.stringContaining('cannot save') as string,
  });
  expect(saved()).toHaveLength(1);
});
