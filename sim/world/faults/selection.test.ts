import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, FAULT_NAMES, type FaultName, possibleFaults } from './catalogue.ts';
import { FAULT_SELECTION_GROUPS, isSelector, selectFaults } from './selection.ts';

const possible = possibleFaults({
  hasOtherVersion: false,
  hasPort: false,
  mayUseRedis: true,
  mayUseFailpoints: true,
  hasActors: true,
});
const select = (...selectors: readonly string[]): readonly FaultName[] =>
  selectFaults(selectors, { usual: possible, possible });
const ofGroup = (group: string): readonly FaultName[] =>
  possible.filter((name) => FAULT_KINDS.get(name)?.group === group);

test('kinds are selected in their order, each once', () => {
  expect(select('partition', 'latency', 'partition')).toEqual(['partition', 'latency']);
});

test('no selector selects nothing', () => {
  expect(select()).toEqual([]);
});

describe.each(FAULT_SELECTION_GROUPS)('the group %s', (group) => {
  test('has the kinds that are possible', () => {
    expect(select(group)).toEqual(ofGroup(group));
    expect(select(group)).not.toEqual([]);
  });

  test('can be left out', () => {
    expect(select(`-${group}`)).toEqual(possible.filter((name) => FAULT_KINDS.get(name)?.group !== group));
  });
});

test('an exclusion counts wherever it is', () => {
  const withoutStall = ofGroup('redis').filter((name) => name !== 'redis-stall');
  expect(select('redis', '-redis-stall')).toEqual(withoutStall);
  expect(select('-redis-stall', 'redis')).toEqual(withoutStall);
  expect(select('redis', '-redis')).toEqual([]);
});

test('a kind that is named is selected although no group has it, and excluded with its group', () => {
  expect(select('redis')).not.toContain('redis-demoted');
  expect(select('redis', 'redis-demoted')).toEqual([...ofGroup('redis'), 'redis-demoted']);
  expect(select('latency', 'redis-demoted', '-redis')).toEqual(['latency']);
});

test('former names are those of today', () => {
  expect(select('redis-away')).toEqual(['redis-down']);
  expect(select('-redis-away')).not.toContain('redis-down');
});

test.each(['latency', '-latency', 'redis', '-time', 'redis-away'])('%s is a selector', (name) => {
  expect(isSelector(name)).toBe(true);
});

test.each(['', '-', '--latency', 'Latency', 'point', 'all'])('%j is not a selector', (name) => {
  expect(isSelector(name)).toBe(false);
});

test('no kind has the name of a group', () => {
  expect(FAULT_NAMES.filter((name) => (FAULT_SELECTION_GROUPS as readonly string[]).includes(name))).toEqual([]);
});
