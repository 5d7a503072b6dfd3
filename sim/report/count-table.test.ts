import { expect, test } from 'vitest';
import { countTable } from './count-table.ts';

const counts = { 'node-crash': 43, latency: 134, 'redis-drop': 1_119, deploy: 7, partition: 419 };

test('names are sorted down the columns, and counts are aligned', () => {
  expect(countTable(counts, 60)).toEqual([
    '  deploy     7     node-crash   43     redis-drop  1,119',
    '  latency  134     partition   419',
  ]);
});

test.each([20, 30, 45, 80, 200])('lines fit into %i columns', (columns) => {
  const lines = countTable(counts, columns);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  for (const name of Object.keys(counts)) expect(lines.join('\n')).toContain(name);
});

test('a name longer than the terminal gets a separate line', () => {
  expect(countTable({ 'a release began beside another': 2, b: 1 }, 10)).toEqual([
    '  a release began beside another  2',
    '  b                               1',
  ]);
});

test('every name has the prefix', () => {
  expect(countTable({ b: 0, a: 0 }, 80, '! ')).toEqual(['! a  0   ! b  0']);
});

test('names move no cursor', () => {
  expect(countTable({ 'a\x1b[2J': 1 }, 80).join('')).not.toContain('\x1b');
});

test('nothing counted gives no line', () => {
  expect(countTable({}, 80)).toEqual([]);
});
