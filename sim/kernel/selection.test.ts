import { expect, test } from 'vitest';
import type { RunRecord } from './record.ts';
import { isSelected, namesIn, type Selection } from './selection.ts';

const at = (step: number) => ({ step, atMs: step });
const frame = { link: 'client-2#1', client: 'client-2', node: 'node-1', direction: 'up', code: 0 } as const;
const fault = { type: 'fault', id: 'fault-1', phase: 'hit', detail: '' } as const;

const records: readonly RunRecord[] = [
  { ...at(1), type: 'node', node: 'node-1', process: 1, phase: 'started' },
  { ...at(2), type: 'operation', id: 'client-1.1', actor: 'client-1', name: 'say', phase: 'begin', detail: '' },
  { ...at(3), type: 'frame', ...frame, kind: 'text', phase: 'sent', text: 'x' },
  { ...at(4), ...fault, kind: 'redis-down', target: '*' },
  { ...at(5), ...fault, kind: 'node-stall', target: 'node-2' },
  { ...at(6), type: 'redis', node: 'node-2', connection: 'c', phase: 'opened', by: '' },
  { ...at(7), type: 'timer', node: 'node-2', label: 'a', owner: 'b', phase: 'fired' },
];

test.each<[Selection, number[]]>([
  [{}, [1, 2, 3, 4, 5, 6, 7]],
  [{ from: 3, until: 5 }, [3, 4, 5]],
  [{ only: ['client-1'] }, [2, 4]],
  [{ only: ['client-2'] }, [3, 4]],
  [{ only: ['node-1'] }, [1, 3, 4]],
  [{ only: ['node-2', 'client-1'] }, [2, 4, 5, 6, 7]],
  [{ only: ['redis'], until: 6 }, [4, 6]],
])('%j selects the steps %j', (selection, steps) => {
  expect(records.filter((record) => isSelected(record, selection)).map(({ step }) => step)).toEqual(steps);
});

test('a run has the names that can be selected', () => {
  expect(namesIn(records)).toEqual(['client-1', 'client-2', 'node-1', 'node-2', 'redis']);
});
