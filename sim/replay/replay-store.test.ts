import { parseReplay } from './parse.ts';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPLAY_LIMITS } from './limits.ts';
import { idInName, listReplays, readReplay, replacementOf, rewriteReplay, saveReplay } from './replay-store.ts';
import { sampleReplay } from './test/sample.ts';

let folder = '';

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'seedstorm-store-')), 'replays');
});

afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

test('a replay is saved under its property and its id, and no other file is left', () => {
  const saved = saveReplay(folder, sampleReplay());
  expect(path.basename(saved.file)).toBe(`no-orphan-tasks-${saved.id}.json`);
  expect(readdirSync(folder)).toEqual([path.basename(saved.file)]);
  expect(readReplay(saved.file, 'x')).toEqual(sampleReplay());
});

test('a failure that is not a violation is saved under its verdict', () => {
  const failure = { verdict: 'no-progress', step: 1, atMs: 1, signature: 'no-progress: frozen', text: '' } as const;
  expect(path.basename(saveReplay(folder, sampleReplay({ failure })).file)).toMatch(/^no-progress-[0-9a-f]{6}\.json$/);
});

test('the same replay is stored once, as it was on the newest code', () => {
  const first = saveReplay(folder, sampleReplay());
  const again = saveReplay(folder, sampleReplay({ codeHash: 'ffffffffffffffff', digest: '0000000000000000' }));
  expect(again).toEqual({ ...first, isNew: false });
  expect(listReplays(folder)).toHaveLength(1);
  const { codeHash, digest } = parseReplay(readFileSync(first.file));
  expect({ codeHash, digest }).toEqual({ codeHash: 'ffffffffffffffff', digest: '0000000000000000' });
});

test('a fixed replay that fails again stays fixed, so that a check reports it', () => {
  const { file } = saveReplay(folder, sampleReplay({ variant: null }));
  expect(readReplay(file, 'x').state).toBe('open');
  rewriteReplay(file, { ...readReplay(file, 'x'), state: 'fixed' });
  expect(saveReplay(folder, sampleReplay({ variant: null })).file).toBe(file);
  expect(readReplay(file, 'x').state).toBe('fixed');
});

test('a replay of a variant has no state', () => {
  expect(readReplay(saveReplay(folder, sampleReplay({ variant: 'mutant' })).file, 'x').state).toBeUndefined();
});

test('a replay answers to the ids of those that it replaced, however often it is saved', () => {
  const replay = { ...sampleReplay(), formerIds: ['aaaaaa', 'bbbbbb'] };
  const { file } = saveReplay(folder, replay);
  saveReplay(folder, { ...sampleReplay(), formerIds: ['cccccc'] });
  for (const id of replay.formerIds) expect(replacementOf(folder, id)).toBe(file);
  expect(replacementOf(folder, 'cccccc')).toBe(file);
  expect(replacementOf(folder, 'dddddd')).toBeNull();
  expect([idInName(file), idInName('notes.json')]).toEqual([replay.id, null]);
});

test('a different file is never overwritten', () => {
  const first = saveReplay(folder, sampleReplay());
  writeFileSync(first.file, 'something of mine');
  const second = saveReplay(folder, sampleReplay());
  expect(second.isNew).toBe(true);
  expect(second.file).not.toBe(first.file);
  expect(readFileSync(first.file, 'utf8')).toBe('something of mine');
  expect(listReplays(folder)).toHaveLength(2);
});

test('a crash is saved without its stack', () => {
  const text = 'node-1 threw: TypeError: no\n    at answer (file.ts:1:1)';
  const failure = { verdict: 'crash', step: 1, atMs: 1, signature: 'crash: TypeError', text } as const;
  expect(readFileSync(saveReplay(folder, sampleReplay({ failure })).file, 'utf8')).not.toContain('file.ts');
});

test('files that do not exist or are not replays are reported in one line', () => {
  expect(() => readReplay(path.join(folder, 'none.json'), 'none.json')).toThrow(/^none\.json does not exist$/);
  mkdirSync(path.join(folder, 'folder.json'), { recursive: true });
  expect(() => readReplay(path.join(folder, 'folder.json'), 'folder.json')).toThrow(/^folder\.json is not a file$/);
  const huge = path.join(folder, 'huge.json');
  writeFileSync(huge, '');
  truncateSync(huge, REPLAY_LIMITS.fileBytes + 1);
  expect(() => readReplay(huge, 'huge.json')).toThrow(/^huge\.json is larger than 16 MiB/);
});
