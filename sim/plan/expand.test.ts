import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../system/types.ts';
import { expand } from './expand.ts';
import type { ScriptedOperation, Scripts } from './script.ts';
import type { Plan } from './plan.ts';
import { ScenarioError } from './scenario-error.ts';

const scripts: Scripts = {
  walker: {
    script: (draw, operationsMax) =>
      Array.from({ length: draw.integer('steps', 1, operationsMax) }, (_, index) => ({
        name: draw.pick('way', ['left', 'right', 'on']),
        arguments: { index, far: draw.integer('far', 1, 6) },
        pauseMs: draw.fraction('pause') * 100,
      })),
  },
  sleeper: { script: () => [{ name: 'sleep', pauseMs: 10 }] },
};

const plan: Plan = {
  seed: '0x5eed',
  nodes: 1,
  chaosMs: 5000,
  cohorts: [
    { actor: 'walker', count: 9, operationsMax: 8 },
    { actor: 'sleeper', count: 3, operationsMax: 1 },
  ],
  operations: [{ id: 'own.1', actor: 'walker-50', name: 'left', atMs: 3, arguments: {} }],
  faults: [],
};

const withCount = (count: number): Plan => ({
  ...plan,
  cohorts: plan.cohorts.map((cohort, index) => (index === 0 ? { ...cohort, count } : cohort)),
});

describe('expanding', () => {
  it('is repeatable and does not change the plan', () => {
    const before = structuredClone(plan);
    expect(expand(plan, scripts)).toEqual(expand(structuredClone(plan), scripts));
    expect(plan).toEqual(before);
  });

  it.each([0, 1, 5, 8, 9])('a cohort with less actors gives the same for all others: %i', (count) => {
    const kept = (operations: ReturnType<typeof expand>) =>
      operations.filter(
        ({ actor }) => !actor.startsWith('walker-') || Number(actor.slice(7)) <= count || actor === 'walker-50',
      );
    expect(expand(withCount(count), scripts)).toEqual(kept(expand(plan, scripts)));
  });

  it('does not depend on the other parts of the plan', () => {
    const other: Plan = {
      ...plan,
      nodes: 3,
      cohorts: plan.cohorts.slice(0, 1),
      operations: [],
      faults: [{ id: 'f', kind: 'latency', target: '*', atMs: 1, durationMs: 1, rate: 1 }],
    };
    const walkers = expand(plan, scripts).filter(({ id }) => id.startsWith('walker-'));
    expect(expand(other, scripts)).toEqual(walkers);
  });

  it('gives unique ids with actor and position, and no operation after the heal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 3000 }), (seed, chaosMs) => {
        const operations = expand({ ...plan, seed: `0x${seed.toString(16)}`, chaosMs }, scripts);
        expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
        const places = new Map<string, { count: number; atMs: number }>();
        for (const { id, actor, atMs } of operations) {
          if (id === 'own.1') continue;
          const before = places.get(actor) ?? { count: 0, atMs: 0 };
          expect(id).toBe(`${actor}.${before.count + 1}`);
          expect(atMs).toBeGreaterThanOrEqual(before.atMs);
          expect(atMs).toBeLessThan(chaosMs);
          expect(Number.isInteger(atMs)).toBe(true);
          places.set(actor, { count: before.count + 1, atMs });
        }
      }),
    );
  });

  it('differs from seed to seed, and from actor to actor', () => {
    const told = (seed: Plan['seed'], actor: string) =>
      expand({ ...plan, seed }, scripts)
        .filter((operation) => operation.actor === actor)
        .map(({ name, atMs }) => `${name} ${atMs}`)
        .join();
    const all = ['0x1', '0x2'].flatMap((seed) =>
      Array.from({ length: 9 }, (_, index) => told(seed as Plan['seed'], `walker-${index + 1}`)),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it.each<[string, unknown, string]>([
    [
      'no number of milliseconds',
      [{ name: 'left', pauseMs: Number.NaN }],
      'operation 1 (left) has pauseMs NaN, which must be a',
    ],
    [
      'no pause',
      [{ name: 'left', pauseMs: 1 }, { name: 'left' }],
      'operation 2 (left) has pauseMs undefined, which must',
    ],
    [
      'a step back in time',
      [{ name: 'left', pauseMs: -1 }],
      'operation 1 (left) has pauseMs -1, which must be a number',
    ],
    ['no name', [{ pauseMs: 1 }], 'operation 1 has the name undefined, which must be a string'],
    ['no operation', ['left'], 'operation 1 is left, not { name, pauseMs }'],
    [
      'an unknown name',
      [{ name: 'up', pauseMs: 1 }],
      'operation 1 has the unknown name up (expected one of: left, on)',
    ],
    [
      'arguments that JSON lacks',
      [{ name: 'on', pauseMs: 1, arguments: { at: new Date(0) } }],
      'operation 1 (on) has arguments that are not JSON',
    ],
    [
      'arguments that JSON changes',
      [{ name: 'on', pauseMs: 1, arguments: { at: [Infinity] } }],
      'operation 1 (on) has arguments',
    ],
    [
      'more operations than a plan can have',
      Array.from({ length: 10_001 }, () => ({ name: 'on', pauseMs: 0 })),
      'it has 10001 operations (at most 10000)',
    ],
  ])('rejects a script with %s', (_what, given, said) => {
    const script = () => given as readonly ScriptedOperation[];
    const one = { ...plan, cohorts: [{ actor: 'odd', count: 1, operationsMax: 1 }] };
    const act = () => expand(one, { odd: { script, operations: { left: null, on: null } } });
    expect(act).toThrow(ScenarioError);
    expect(act).toThrow("the script of odd-1 can't be followed");
    try {
      act();
    } catch (fault) {
      expect((fault as Error).stack).toContain(`the script of odd-1 can't be followed: ${said}`);
      expect((fault as Error).stack).not.toContain('\n');
    }
  });

  it('accepts all arguments that a file can keep unchanged', () => {
    const args = { text: 'x', list: [1, null, [true]], far: { from: { here: -0.5 } }, nothing: null };
    const act = (given: Record<string, Json>) =>
      expand(
        { ...plan, cohorts: [{ actor: 'odd', count: 1, operationsMax: 1 }], operations: [] },
        { odd: { script: () => [{ name: 'any name', pauseMs: 0, arguments: given }] } },
      );
    expect(act(args)[0]?.arguments).toEqual(JSON.parse(JSON.stringify(args)));
    for (const key of ['constructor', 'prototype', 'k'.repeat(101)])
      expect(() => act({ [key]: 1 })).toThrow(ScenarioError);
  });

  it('rejects an actor that the scenario does not have', () => {
    expect(() => expand({ ...plan, cohorts: [{ actor: 'runner', count: 1, operationsMax: 1 }] }, scripts)).toThrow(
      'the scenario has no actor runner',
    );
  });
});
