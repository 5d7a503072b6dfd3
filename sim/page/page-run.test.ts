import { expect, test } from 'vitest';
import { packRecords, unpackRecords } from './packed-records.ts';
import { pageRunOf } from './page-run.ts';
import { madeRecords } from './test/made-run.ts';

const made = madeRecords(200);
const last = made.records.at(-1)!;
const failure = { verdict: 'violation', property: 'p', risk: null, subject: null, signature: 's' } as const;
const failedAt = (step: number, text = 'it failed') => ({ ...failure, step, atMs: step / 2, text });

const of = (report: object, more: object = {}, recordsMax?: number) =>
  pageRunOf(
    { name: 'replay', title: 'Run', about: '', report: { ...made, failure: null, ...report }, ...more },
    recordsMax,
  );

test('records are the same when they are unpacked', () => {
  const records = [
    ...made.records,
    { type: 'probe', step: 1, atMs: 0.5, node: 'n', process: 1, name: 'x', fields: { a: 'é\u0000', b: false, c: 1.5 } },
    {
      type: 'operation',
      step: 1,
      atMs: 0,
      id: 'a',
      actor: 'a',
      name: 'n',
      phase: 'begin',
      detail: '',
      drawn: { list: [1] },
    },
    { type: 'timer', step: 1, atMs: 0, node: 'n', label: 'l', owner: 'o', phase: 'fired' },
    { type: 'timer', step: 1, atMs: 0, node: 'n', label: 'l', owner: 'o', phase: 'fired', place: 'f in x.ts' },
  ] as typeof made.records;
  const packed = JSON.parse(JSON.stringify(packRecords(records))) as ReturnType<typeof packRecords>;
  expect(unpackRecords(packed)).toEqual(records);
  expect(packed.texts).toHaveLength(new Set(packed.texts).size);
});

test('causes are distances, and a page without a failure opens at the end', () => {
  const { run, cut } = of({});
  expect(cut).toEqual([]);
  expect(run.numbers).toBeNull();
  expect(run.causes.map((distances, index) => distances.map((distance) => index - distance))).toEqual(made.causes);
  expect({ roots: run.roots, hasFailed: run.hasFailed }).toEqual({
    roots: [made.records.length - 1],
    hasFailed: false,
  });
});

test('of too many records those before the failure are kept, with their numbers', () => {
  const middle = made.records[120]!;
  const { run, cut } = of({ failure: failedAt(middle.step) }, {}, 50);
  const end = made.records.findLastIndex(({ step }) => step <= middle.step);
  expect(run.numbers).toEqual(Array.from({ length: 50 }, (_, index) => end - 48 + index));
  expect(run.roots[0]).toBe(49);
  expect(unpackRecords(run.records)).toEqual(made.records.slice(end - 49, end + 1));
  expect(cut).toEqual([`Run: the page has 50 of ${made.records.length} records.`]);
  // Causes that were cut are left out.
  for (const [index, distances] of run.causes.entries())
    for (const distance of distances) expect(index - distance).toBeGreaterThanOrEqual(0);
});

test('a selection keeps the record at which the page opens', () => {
  const { run } = of({ failure: failedAt(last.step) }, { selection: { only: ['client-2'] } });
  const kept = unpackRecords(run.records);
  expect(kept[run.roots[0] ?? -1]).toEqual(last);
  expect(kept.length).toBeLessThan(made.records.length / 4);
  expect(of({}, { why: 7 }).run.roots).toEqual([6]);
});

test('output is placed among the records that are kept', () => {
  const printed = [3, 10, 60].map((after) => ({
    after,
    step: made.records[after]!.step,
    atMs: 0,
    who: 'node-1',
    text: 'x',
  }));
  const steps = { from: made.records[10]!.step };
  const first = made.records.findIndex(({ step }) => step >= steps.from);
  const { run } = of({ printed }, { selection: steps });
  expect(run.printed.map(({ after }) => after)).toEqual([10 - first, 60 - first]);
});
