import { expect, test } from 'vitest';
import type { Scenario } from '../run/scenario.ts';
import { checkSizes } from './plan-sizes.ts';
import { UsageError } from './usage-error.ts';

const scenarioWith = (kinds: number, operationsMax: number): Scenario =>
  ({
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
