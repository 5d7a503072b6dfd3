import { expect, test } from 'vitest';
import type { Scenario } from '../run/scenario.ts';
import { checkSizes } from './plan-sizes.ts';
import { UsageError } from './usage-error.ts';

const scenarioWith = (kinds: number, operationsMax: number): Scenario =>
  ({
    system: { entry: './system.ts' },
    operationsMax,
    actors: Object.fromEntries(Array.from({ length: kinds }, (_, kind) => [`k${kind}`, {}])),
  }) as never;

test.each([
  [1, 16, 62_500],
  [1, 2, 100_000],
  [4, 2, 25_000],
])('%d kinds of actors with up to %d operations allow at most %d clients', (kinds, operationsMax, most) => {
  const scenario = scenarioWith(kinds, operationsMax);
  expect(() => checkSizes(scenario, { clients: most })).not.toThrow();
  const message = `clients: expected at most ${most} for this scenario, not ${most + 1}`;
  expect(() => checkSizes(scenario, { clients: most + 1 })).toThrow(new UsageError(message));
});

test('a fault that needs another version needs one in the scenario', () => {
  const message = 'faults: mixed-versions needs system.otherVersion in the scenario';
  const scenario = scenarioWith(1, 1);
  expect(() => checkSizes(scenario, { faults: ['latency', 'mixed-versions'] })).toThrow(new UsageError(message));
  expect(() => checkSizes(scenario, { faults: ['node', '-mixed-versions'] })).not.toThrow();
  const system = { entry: './system.ts', otherVersion: { entry: './old.ts' } };
  expect(() => checkSizes({ ...scenario, system }, { faults: ['mixed-versions'] })).not.toThrow();
});
