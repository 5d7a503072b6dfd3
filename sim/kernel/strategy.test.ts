import { describe, expect, it } from 'vitest';
import { Draws } from './draws.ts';
import type { Domain } from './heap.ts';
import { createStrategy, STRATEGIES } from './strategy.ts';

const fractions = Array.from({ length: 1000 }, (_, index) => index / 1000);
const domain = (name: string): Domain => ({ name, alive: true });
const names = Array.from({ length: 20 }, (_, index) => `client-${index}`);

function order(seed: '0x1' | '0x2', depth: 'pct:1' | 'pct:3', step: number): string[] {
  const strategy = createStrategy(depth, new Draws(seed));
  // Change points are passed in the order of steps.
  for (let now = 0; now <= step; now += 100) strategy.priorityOf?.(domain('client-0'), now, 0);
  const priorities = new Map(names.map((name) => [name, strategy.priorityOf?.(domain(name), step, 0) ?? 0]));
  return [...names].sort((left, right) => (priorities.get(left) ?? 0) - (priorities.get(right) ?? 0));
}

describe('every strategy', () => {
  it.each(STRATEGIES)('%s keeps delays within their bounds', (name) => {
    const strategy = createStrategy(name, new Draws('0x1'));
    for (const fraction of fractions) {
      const delayUs = strategy.delayUs(fraction, 500, 60_000, 123_456);
      expect(delayUs).toBeGreaterThanOrEqual(500);
      expect(delayUs).toBeLessThanOrEqual(60_000);
    }
  });
});

describe('latency-random and uniform', () => {
  const median = (name: 'latency-random' | 'uniform') =>
    createStrategy(name, new Draws('0x1')).delayUs(0.5, 0, 16_000, 0);

  it('differ in how often a delay is long', () => {
    expect(median('latency-random')).toBe(1000);
    expect(median('uniform')).toBe(8000);
  });

  it('leave events of one moment in the order they were scheduled in', () => {
    expect(createStrategy('uniform', new Draws('0x1')).priorityOf).toBeUndefined();
  });
});

describe('pct', () => {
  it('lets much fall due at the same moment', () => {
    const strategy = createStrategy('pct:1', new Draws('0x1'));
    const due = fractions.map((_, nowUs) => nowUs + strategy.delayUs(0.3, 500, 60_000, nowUs));
    expect(new Set(due).size).toBe(1);
    expect(due[0]).toBe(10_000);
  });

  it('gives each domain a priority that depends on the seed', () => {
    expect(order('0x1', 'pct:1', 0)).toEqual(order('0x1', 'pct:1', 0));
    expect(order('0x1', 'pct:1', 0)).not.toEqual(order('0x2', 'pct:1', 0));
    expect(order('0x1', 'pct:1', 0)).not.toEqual(names);
  });

  it('puts the domain that runs at a change point behind all others, at depth 3 and not at depth 1', () => {
    expect(order('0x1', 'pct:3', 4000).at(-1)).toBe('client-0');
    expect(order('0x1', 'pct:1', 4000)).toEqual(order('0x1', 'pct:1', 0));
  });

  it('changes priorities at the given moments, if there are any', () => {
    const strategy = createStrategy('pct:2', new Draws('0x1'), [300]);
    const first = strategy.priorityOf?.(domain('client-0'), 4000, 299_999) ?? 0;
    expect(first).toBeLessThan(1);
    expect(strategy.priorityOf?.(domain('client-0'), 1, 300_000)).toBeGreaterThan(1);
    const second = strategy.priorityOf?.(domain('client-1'), 2, 900_000) ?? 0;
    expect(second).toBeLessThan(1);
  });
});
