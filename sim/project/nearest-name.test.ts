import { expect, test } from 'vitest';
import { nearestName, suggestion } from './nearest-name.ts';

const KNOWN = ['name', 'system', 'faults', 'faultsMax', 'operationsMax', 'operationMs'];

test.each([
  ['fault', 'faults'],
  ['faultMax', 'faultsMax'],
  ['FAULTS', 'faults'],
  ['maxFaults', 'faultsMax'],
  ['opertionMs', 'operationMs'],
  ['sytsem', 'system'],
  ['variants', null],
  ['x', null],
  ['', null],
])('%j is nearest to %j', (name, nearest) => {
  expect(nearestName(name, KNOWN)).toBe(nearest);
});

test('a suggestion is part of a sentence', () => {
  expect([suggestion('fault', KNOWN), suggestion('x', KNOWN)]).toEqual([', did you mean faults?', '']);
});
