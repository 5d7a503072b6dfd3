import { expect, test } from 'vitest';
import { MultiMap } from './multi-map.ts';

test('keeps members by key in the order of insertion, and no key without members', () => {
  const groups = new MultiMap<string, string>();
  for (const member of ['x', 'y', 'x', 'z']) groups.add('a', member);
  groups.add('b', 'x');
  expect(groups.membersOf('a')).toEqual(['x', 'y', 'z']);
  expect([groups.sizeOf('a'), groups.sizeOf('b'), groups.sizeOf('c')]).toEqual([3, 1, 0]);
  for (const member of ['x', 'y', 'z', 'z']) groups.remove('a', member);
  groups.remove('c', 'x');
  expect([groups.membersOf('a'), groups.keyCount]).toEqual([[], 1]);
});

test('returns a snapshot', () => {
  const groups = new MultiMap<string, string>();
  groups.add('a', 'x');
  const before = groups.membersOf('a');
  groups.add('a', 'y');
  expect(before).toEqual(['x']);
});
