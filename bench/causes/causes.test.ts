import { expect, test } from 'vitest';
import type { RunRecord } from '../../sim/kernel/record.ts';
import { WITH_VARIANTS } from '../detection/subjects.ts';
import { CASES } from './cases.ts';
import { debuggingTable, measureDebugging } from './debugging.ts';
import { keptFailures } from './failures.ts';
import { causesTable, hasCause, measureCauses } from './measure.ts';
import { applied, recordOf } from './pattern.ts';

test('each case has a failure', () => {
  expect(Object.keys(keptFailures())).toEqual(Object.keys(CASES));
});

test('each scenario with variants has a case, but for the gateway on TCP', () => {
  const names = Object.keys(CASES);
  const without = WITH_VARIANTS.filter((file) => {
    const name = file.replace(/^(?:examples|properties)\//, '').replace(/(?:\/scenario|\.sim)?\.ts$/, '');
    return !names.some((subject) => subject.startsWith(`${name} `));
  });
  expect(without).toEqual(['properties/server.ts']);
});

test('a pattern describes the first, the last, or the last record before another', () => {
  const records = ['get', 'set', 'get'].map(
    (command, step) => ({ type: 'command', command, phase: 'applied', key: 'seats', step }) as unknown as RunRecord,
  );
  expect(recordOf(applied('get'), records)).toBe(records[2]);
  expect(recordOf(applied('get', {}, { which: 'first' }), records)).toBe(records[0]);
  expect(recordOf(applied('get', {}, { before: applied('set') }), records)).toBe(records[0]);
  expect(recordOf(applied('get', { key: /^sea/ }), records)).toBe(records[2]);
  expect(recordOf(applied('get', { key: /^lea/ }), records)).toBeUndefined();
});

test('a report that has the cause counts, and the table has what another lacks', async () => {
  const document = await measureCauses({ subject: 'races/order-lost race' });
  expect(document.figures.map(hasCause)).toEqual([true]);
  expect(causesTable(document)).toContain('1 of 1 reports have the cause');
  const [figure] = document.figures;
  const lacking = { ...document, figures: [{ ...figure!, causes: [{ text: '1 node-1 started', isShown: false }] }] };
  expect(causesTable(lacking)).toContain('no: 1 node-1 started');
});

test('a row has how near the passing run is, and a time for each answer', async () => {
  const [figure, ...others] = await measureDebugging('races/last-seat race');
  expect(others).toEqual([]);
  expect(figure).toMatchObject({ subject: 'races/last-seat race', hasCause: true, passing: { change: 'choice' } });
  expect(Object.keys(figure!.cpuMs)).toEqual(['run', 'why', 'diff', 'html', 'state']);
  expect(Math.min(...Object.values(figure!.cpuMs))).toBeGreaterThan(0);
  const table = debuggingTable([figure!, { ...figure!, hasCause: false, passing: null }]);
  expect(table).toContain('| races/last-seat race | yes | choice, from record ');
  expect(table).toContain('1 of 2 reports have the cause\npassing runs: 1 choice, 1 none found');
});

test('a filter without a match is an error', async () => {
  await expect(measureCauses({ subject: 'races/bogus race' })).rejects.toThrow('races/bogus race');
  await expect(measureDebugging('races/bogus race')).rejects.toThrow('races/bogus race');
});
