import { expect, test } from 'vitest';
import { NO_USES, type Uses } from '../run/use-counts.ts';
import { emptyTotals } from './totals.ts';
import { untestedReason } from './untested.ts';

const reasonFor = (uses: Partial<Uses>, hasActors = true, seeds = 3): string | null =>
  untestedReason({ ...emptyTotals(), seeds, uses: { ...NO_USES, ...uses } }, hasActors);

test.each<[Partial<Uses>, string | null]>([
  [{ ok: 1, connections: 1 }, null],
  [{ ok: 1, responses: 1 }, null],
  [{}, 'no operation of an actor ended'],
  [
    { fail: 3, unknown: 1, connections: 2, firstFailure: 'guest visit: connection refused' },
    'no operation ended ok: 3 failed, 1 ended unknown; the first: guest visit: connection refused',
  ],
  [{ ok: 4 }, 'no connection of an actor was accepted'],
])('%j', (uses, reason) => {
  expect(reasonFor(uses)).toBe(reason);
});

test('a scenario without actors, and a campaign without seeds, are not meant', () => {
  expect([reasonFor({}, false), reasonFor({}, true, 0)]).toEqual([null, null]);
});

test('a failure shows that something was tested', () => {
  const failure = { verdict: 'crash', step: 1, atMs: 1, signature: 'crash', text: 'crash' } as const;
  const totals = {
    ...emptyTotals(),
    seeds: 1,
    failures: new Map([['crash', { seed: '0x1' as const, failure, count: 1 }]]),
  };
  expect(untestedReason(totals, true)).toBeNull();
});
