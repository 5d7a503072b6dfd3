import { expect, test } from 'vitest';
import { type Held, TypicalCounts } from './typical-counts.ts';

const NOTHING_HELD: Held = { timers: 0, intervals: 0, channels: 0, connections: 0, listeners: 0 };

function typicalTimers(untilMs: number, ...samples: readonly [atMs: number, timers: number][]): number | undefined {
  const counts = new TypicalCounts();
  for (const [atMs, timers] of samples) counts.add(atMs, { ...NOTHING_HELD, timers });
  return counts.typical(untilMs)?.timers;
}

test('a constant number is typical', () => {
  expect(typicalTimers(1000, [0, 2])).toBe(2);
  expect(typicalTimers(1000, [0, 2], [10, 2], [20, 1])).toBe(1);
});

test('short increases are not typical, and short decreases do not matter', () => {
  expect(typicalTimers(1000, [0, 0], [600, 1], [620, 0], [900, 1], [910, 0])).toBe(0);
  expect(typicalTimers(1000, [0, 1], [600, 0], [620, 1], [900, 0], [910, 1])).toBe(1);
});

test('only the second half of the time counts', () => {
  expect(typicalTimers(1000, [0, 5], [490, 1])).toBe(1);
});

test('there is no typical number without elapsed time', () => {
  expect(typicalTimers(1000)).toBeUndefined();
  expect(typicalTimers(1000, [1000, 1])).toBeUndefined();
});

test('cleared samples do not count', () => {
  const counts = new TypicalCounts();
  counts.add(0, { ...NOTHING_HELD, timers: 9, channels: 9 });
  counts.clear();
  counts.add(500, { ...NOTHING_HELD, timers: 1, channels: 2 });
  expect(counts.typical(1000)).toEqual({ ...NOTHING_HELD, timers: 1, channels: 2 });
});
