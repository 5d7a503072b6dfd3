import { describe, expect, it, test } from 'vitest';
import type { ProfileName } from '../plan/profile.ts';
import type { Property } from '../run/property.ts';
import { NO_USES, type Uses } from '../run/use-counts.ts';
import { emptyTotals, type Totals } from './totals.ts';
import { untestedOf } from './untested.ts';

interface Case {
  readonly uses?: Partial<Uses>;
  readonly hasActors?: boolean;
  readonly properties?: readonly Partial<Property>[];
  readonly totals?: Partial<Totals>;
  readonly profile?: ProfileName;
}

const USED = { ok: 1, connections: 1 };

function untested({ uses = USED, hasActors = true, properties = [], totals = {}, profile }: Case) {
  const sums = { ...emptyTotals(), seeds: 3, uses: { ...NO_USES, ...uses }, ...totals };
  const actors = hasActors ? { guest: { operations: {} } } : {};
  return untestedOf(sums, { actors, properties } as never, { profile });
}

test.each<[Partial<Uses>, string | undefined]>([
  [{ ok: 1, connections: 1 }, undefined],
  [{ ok: 1, responses: 1 }, undefined],
  [{}, 'no operation of an actor ended'],
  [
    { fail: 3, unknown: 1, connections: 2, firstFailure: 'guest visit: connection refused' },
    'no operation ended ok: 3 failed, 1 ended unknown; the first: guest visit: connection refused',
  ],
  [{ ok: 4 }, 'no connection of an actor was accepted'],
])('%j', (uses, reason) => {
  expect(untested({ uses })?.reason).toBe(reason);
});

test('a scenario without actors, and a campaign without seeds, are not meant', () => {
  expect(untested({ uses: {}, hasActors: false })).toBeNull();
  expect(untested({ uses: {}, totals: { seeds: 0 } })).toBeNull();
});

const failure = { verdict: 'crash', step: 1, atMs: 1, signature: 'crash', text: 'crash' } as const;
const failures = new Map([['crash', { seed: '0x1' as const, failure, count: 1 }]]);

test('a failure shows that something was tested', () => {
  expect(untested({ uses: {}, totals: { failures } })).toBeNull();
});

describe('a property that was never judged', () => {
  const rows = (judgedWithinSeeds?: number) => [{ id: 'rows stay', judgedWithinSeeds }];
  const never = (seeds: number) => ({ seeds, checked: { 'rows stay': 0 } });

  it('fails a campaign of 50 seeds, and is named', () => {
    expect(untested({ properties: rows(), totals: never(50) })).toEqual({
      reason: 'rows stay was never judged in 50 seeds',
      properties: ['rows stay'],
    });
  });

  it('fails no campaign of fewer seeds, and none in which it was judged', () => {
    expect(untested({ properties: rows(), totals: never(49) })).toBeNull();
    expect(untested({ properties: rows(), totals: { seeds: 50, checked: { 'rows stay': 1 } } })).toBeNull();
  });

  it('may name another number of seeds', () => {
    expect(untested({ properties: rows(5), totals: never(5) })?.properties).toEqual(['rows stay']);
    expect(untested({ properties: rows(200), totals: never(199) })).toBeNull();
    expect(untested({ properties: rows(Infinity), totals: never(1_000_000) })).toBeNull();
  });

  it('fails no campaign that leaves out faults, which it may need', () => {
    const verdicts = (['all', 'storm', 'calm', 'network'] as const).map((profile) =>
      untested({ properties: rows(), totals: never(50), profile }),
    );
    expect(verdicts.map((verdict) => verdict !== null)).toEqual([true, true, false, false]);
  });

  it('of kind sometimes is not counted', () => {
    expect(untested({ properties: rows(), totals: { seeds: 50, checked: {} } })).toBeNull();
  });
});

describe('a mark that was not reached', () => {
  const marked = (mark: NonNullable<Property['marks']>[number]) => [{ id: 'crowd', marks: [mark] }];
  const totals = { seeds: 20, marks: { crowded: 0 } };

  it('fails a campaign only if it is declared with a number of seeds, and at least that many ran', () => {
    expect(untested({ properties: marked('crowded'), totals })).toBeNull();
    expect(untested({ properties: marked({ name: 'crowded', withinSeeds: 21 }), totals })).toBeNull();
    expect(untested({ properties: marked({ name: 'crowded', withinSeeds: 20 }), totals })).toEqual({
      reason: 'the mark "crowded" was not reached in 20 seeds (withinSeeds: 20)',
      properties: [],
    });
  });

  it('does not fail it once it was reached', () => {
    const reached = { seeds: 20, marks: { crowded: 1 } };
    expect(untested({ properties: marked({ name: 'crowded', withinSeeds: 20 }), totals: reached })).toBeNull();
  });
});
