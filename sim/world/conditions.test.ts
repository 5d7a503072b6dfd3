import { describe, expect, it } from 'vitest';
import { Draws, type DrawsOptions, keyOf } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { FaultyConditions } from './conditions.ts';
import { type Fault, ActiveFaults } from '../kernel/fault.ts';

/** How far off the clock of node-1 is under a fault of this kind. */
function offsetMs(kind: string, options: DrawsOptions, choices: Record<string, number> = {}): number {
  const faults = new ActiveFaults();
  const fault: Fault = { id: 'fault-1', kind, target: 'node-1', atMs: 0, durationMs: 1000, rate: 1 };
  faults.open(fault);
  const draws = new Draws('0x5', choices, options);
  const kernel = { nowMs: 0 } as Kernel;
  return new FaultyConditions({ kernel, draws, faults, hit: () => undefined, circumstances: {} }).wallOffsetMs(
    'node-1',
  );
}

describe.each([
  ['clock-skew', 5000],
  ['clock-jump', 600_000],
])('%s', (kind, most) => {
  it('keeps the clock right when choices are minimal, unless its choice is overridden', () => {
    const named: string[] = [];
    const listen: DrawsOptions = {
      onChoice: (scope, count, value, plain) => value !== plain && named.push(keyOf(scope, count)),
    };
    expect(offsetMs(kind, { minimal: true, ...listen })).toBe(0);
    expect(named).toEqual([]);
    expect(offsetMs(kind, { minimal: true, ...listen }, { 'fault-1/offset/0': 0 })).toBe(-most);
    expect(offsetMs(kind, { minimal: true }, { 'fault-1/offset/0': 1 - 2 ** -32 })).toBe(most);
    expect(named).toEqual(['fault-1/offset/0']);
  });

  it('sets the clock wrong as the seed decides, in either direction', () => {
    const off = offsetMs(kind, {});
    expect(Math.abs(off)).toBeGreaterThan(0);
    expect(Math.abs(off)).toBeLessThanOrEqual(most);
  });
});
