import { describe, expect, it } from 'vitest';
import { type ChoiceOverrides, Draws, isChoiceKey, keyOf, type Scope, scopeOf, subscope } from './draws.ts';
import { hashText, mix } from './hash.ts';

const SCOPES = Array.from({ length: 40 }, (_, index) => scopeOf(`client-${index}`, 'latency'));

/** All choices of the scopes, by key. */
function choices(overrides: ChoiceOverrides = {}, scopes: readonly Scope[] = SCOPES): Map<string, number> {
  const draws = new Draws('0xc0ffee', overrides);
  return new Map(
    scopes.flatMap((scope) =>
      Array.from({ length: 25 }, (_, count) => [`${scope.path}/${count}`, draws.fraction(scope, count)] as const),
    ),
  );
}

describe('an integer', () => {
  it('takes the minimal value that its caller names', () => {
    const [usual, minimal] = [new Draws('0x7'), new Draws('0x7', {}, { minimal: true })];
    const scope = scopeOf('fault-1', 'offset');
    expect([minimal.integer(scope, 0, -5, 5), minimal.integer(scope, 0, -5, 5, 0.5)]).toEqual([-5, 0]);
    expect(usual.integer(scope, 0, -5000, 5000, 0.5)).toBe(usual.integer(scope, 0, -5000, 5000));
  });
});

describe('choices', () => {
  it('are uniform, along the counts of a scope and across scopes', () => {
    const draws = new Draws('0x5eed');
    const samples: Record<string, number[]> = {
      counts: Array.from({ length: 20_000 }, (_, count) => draws.fraction(scopeOf('a'), count)),
      scopes: Array.from({ length: 20_000 }, (_, index) => draws.fraction(scopeOf(`client-${index}`), 0)),
      seeds: Array.from({ length: 5000 }, (_, index) => new Draws(`0x${index.toString(16)}`).fraction(scopeOf('a'), 0)),
    };
    for (const [name, values] of Object.entries(samples)) {
      const buckets = new Array<number>(20).fill(0);
      for (const value of values) buckets[Math.floor(value * 20)] = (buckets[Math.floor(value * 20)] ?? 0) + 1;
      const expected = values.length / 20;
      const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 19 degrees of freedom: above 50 once in ten thousand.
      expect(chiSquare, name).toBeLessThan(50);
      expect(Math.min(...values), name).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values), name).toBeLessThan(1);
    }
  });

  it('of neighbouring counts are independent', () => {
    const draws = new Draws('0x5eed');
    const scope = scopeOf('a');
    const product = Array.from(
      { length: 20_000 },
      (_, count) => (draws.fraction(scope, count) - 0.5) * (draws.fraction(scope, count + 1) - 0.5),
    ).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(product / 20_000) * 12).toBeLessThan(0.03);
  });

  it('do not change when others are left out', () => {
    const whole = choices();
    const part = choices(
      {},
      SCOPES.filter((_, index) => index % 3 !== 0),
    );
    expect(part.size).toBeGreaterThan(0);
    for (const [key, value] of part) expect(whole.get(key)).toBe(value);
  });

  it('are overridden one by one, by key', () => {
    const whole = choices();
    const replaced = choices({ 'client-7/latency/3': 0.25 });
    const changed = [...whole.keys()].filter((key) => whole.get(key) !== replaced.get(key));
    expect(changed).toEqual(['client-7/latency/3']);
    expect(replaced.get('client-7/latency/3')).toBe(0.25);
  });

  it.each([
    ['a scope', scopeOf('node-1.2', 'timer', 'sweep')],
    ['a subscope', subscope(scopeOf('client-3.1'), 'latency')],
    ['names that are paths', subscope(scopeOf('node-1', 'redis/set'), 'rooms/7/members')],
  ])('have keys that are their path: %s', (_, scope) => {
    const draws = new Draws('0x1', { [`${scope.path}/4`]: 0.5 });
    expect(draws.fraction(scope, 4)).toBe(0.5);
    expect(draws.fraction(scope, 5)).not.toBe(0.5);
  });

  it('of the world are minimal unless they are overridden; others are drawn', () => {
    const draws = new Draws('0xc0ffee', { 'a/1': 0.25, 'b/1': 0.75 }, { minimal: true });
    const [a, b] = [scopeOf('a'), scopeOf('b')];
    expect([0, 1, 2].map((count) => draws.fraction(a, count))).toEqual([0, 0.25, 0]);
    expect([0, 1].map((count) => draws.fraction(b, count, 0.5))).toEqual([0.5, 0.75]);
    expect(draws.integer(a, 3, 7, 9)).toBe(7);
    const usual = new Draws('0xc0ffee');
    expect(draws.fractionOf(a.hash, 2)).toBe(usual.fractionOf(a.hash, 2));
    expect(draws.fractionOf(b.hash, 1)).toBe(0.75);
  });

  it('of the world are reported with keys that reproduce them', () => {
    const reported = new Map<string, number>();
    const onChoice = (scope: Scope, count: number, value: number): void =>
      void reported.set(keyOf(scope, count), value);
    const draws = new Draws('0xc0ffee', {}, { onChoice });
    for (const scope of SCOPES) draws.fraction(scope, 3);
    draws.fractionOf(scopeOf('own').hash, 0);
    expect(reported).toEqual(new Map([...choices()].filter(([key]) => key.endsWith('/3'))));
    const again = new Draws('0xbad', Object.fromEntries(reported), { minimal: true });
    for (const scope of SCOPES) expect(again.fraction(scope, 3)).toBe(reported.get(keyOf(scope, 3)));
  });

  it.each([
    ['client-1.2/latency/1', true],
    ['a/b c/ü/0', true],
    ['one\nline/0', false],
    ['/0', false],
    ['a/x', false],
    [`${'x'.repeat(299)}/0`, false],
  ])('can be saved or not: %j', (key, expected) => {
    expect(isChoiceKey(key)).toBe(expected);
  });

  it('of integers include both ends and nothing beyond', () => {
    const draws = new Draws('0x2');
    const seen = new Set(Array.from({ length: 200 }, (_, count) => draws.integer(scopeOf('die'), count, 1, 6)));
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('the first values, on which replays depend', () => {
  it('of the hash', () => {
    expect([hashText(''), hashText('client-1'), mix(0, 0), mix(1, 2)]).toEqual([
      1659148882, 1938320443, -1832243442, 1700723251,
    ]);
  });

  it('of the choices', () => {
    const draws = new Draws('0x1');
    const values = [0, 1, 2].map((count) => draws.fraction(scopeOf('client-1', 'latency'), count));
    expect(values).toEqual([0.6384207459632307, 0.5430841059423983, 0.3310687658376992]);
    expect(draws.fraction(subscope(scopeOf('client-1'), 'latency'), 0)).toBe(values[0]);
  });
});
