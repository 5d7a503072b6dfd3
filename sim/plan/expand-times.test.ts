/** Bursts and early operations: when operations begin, beside what scripts plan. */
import { describe, expect, it } from 'vitest';
import { expand } from './expand.ts';
import type { Cohort, Operation, Plan } from './plan.ts';
import type { Scripts } from './script.ts';

const scripts: Scripts = {
  walker: {
    concurrent: ['right'],
    script: (draw, operationsMax) =>
      Array.from({ length: operationsMax }, () => ({
        name: draw.pick('way', ['left', 'right']),
        pauseMs: draw.integer('pause', 100, 900),
      })),
  },
};

const CHAOS_MS = 9000;

function operationsOf(more: Partial<Cohort>): readonly Operation[] {
  const cohorts = [{ actor: 'walker', count: 30, operationsMax: 8, ...more }];
  const plan: Plan = { seed: '0x5eed', nodes: 1, chaosMs: CHAOS_MS, cohorts, operations: [], faults: [] };
  return expand(plan, scripts);
}

const usual = operationsOf({});
const byId = new Map(usual.map((operation) => [operation.id, operation]));

function byActor(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  return [...new Set(operations.map(({ actor }) => actor))].map((actor) =>
    operations.filter((operation) => operation.actor === actor),
  );
}

/** From each operation to the next of the same actor. */
function pausesOf(operations: readonly Operation[]): ReadonlyMap<string, number> {
  return new Map(
    byActor(operations).flatMap((own) =>
      own.slice(1).map(({ id, atMs }, index) => [id, atMs - (own[index]?.atMs ?? 0)] as const),
    ),
  );
}

describe('a burst', () => {
  const atMs = 4000;

  it('lets the operations planned shortly before it begin together', () => {
    const together = operationsOf({ bursts: [{ atMs }] }).filter((operation) => operation.atMs === atMs);
    expect(new Set(together.map(({ actor }) => actor)).size).toBeGreaterThan(10);
    for (const { id } of together) expect(byId.get(id)?.atMs).toBeGreaterThanOrEqual(atMs - 2000);
  });

  it('may be of one operation', () => {
    const together = operationsOf({ bursts: [{ operation: 'left', atMs }] }).filter((one) => one.atMs === atMs);
    expect(together.length).toBeGreaterThan(5);
    expect(new Set(together.map(({ name }) => name))).toEqual(new Set(['left']));
  });

  it('only delays, and keeps the pauses behind it', () => {
    const before = pausesOf(usual);
    const operations = operationsOf({ bursts: [{ atMs }, { operation: 'right', atMs: 7000 }] });
    const moved = operations.filter(({ id, atMs: movedMs }) => movedMs !== byId.get(id)?.atMs);
    expect(moved.length).toBeGreaterThan(20);
    for (const { id, atMs: movedMs } of moved) expect(movedMs).toBeGreaterThan(byId.get(id)?.atMs ?? 0);
    for (const [id, pauseMs] of pausesOf(operations)) expect(pauseMs).toBeGreaterThanOrEqual(before.get(id) ?? 0);
  });

  it('changes nothing but times, and no operation begins after the heal', () => {
    const without = ({ id, actor, name, arguments: args }: Operation) => ({ id, actor, name, args });
    const operations = operationsOf({ bursts: [{ atMs }, { atMs: CHAOS_MS - 1 }] });
    for (const operation of operations) {
      expect(without(operation)).toEqual(without(byId.get(operation.id) as Operation));
      expect(operation.atMs).toBeLessThan(CHAOS_MS);
    }
  });

  it('does not depend on other actors', () => {
    const bursts = [{ atMs }];
    const few = operationsOf({ bursts, count: 3 });
    const actors = new Set(few.map(({ actor }) => actor));
    expect(few).toEqual(operationsOf({ bursts }).filter(({ actor }) => actors.has(actor)));
  });
});

describe('an early operation', () => {
  const operations = operationsOf({ early: 0.5 });
  const early = operations.filter((operation) => operation.early === true);

  it('is one that the actor declares as concurrent, and never the first', () => {
    expect(early.length).toBeGreaterThan(20);
    expect(new Set(early.map(({ name }) => name))).toEqual(new Set(['right']));
    for (const own of byActor(operations)) expect(own[0]?.early).toBeUndefined();
  });

  it('begins with the operation before it, or at most 20 ms later', () => {
    const pauses = pausesOf(operations);
    const gaps = early.map(({ id }) => pauses.get(id) ?? -1);
    expect(Math.min(...gaps)).toBe(0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20);
    expect(gaps.filter((gap) => gap > 0).length).toBeGreaterThan(5);
  });

  it('leaves all other operations as they are', () => {
    const others = operations.filter((operation) => operation.early === undefined);
    for (const operation of others) expect(operation).toEqual(byId.get(operation.id));
    expect(operations.map(({ id }) => id)).toEqual(usual.map(({ id }) => id));
  });

  it('is not drawn for an actor that declares none', () => {
    const { concurrent: _concurrent, ...walker } = scripts['walker'] as Scripts[string];
    const cohorts = [{ actor: 'walker', count: 5, operationsMax: 8, early: 1 }];
    const plan: Plan = { seed: '0x1', nodes: 1, chaosMs: CHAOS_MS, cohorts, operations: [], faults: [] };
    expect(expand(plan, { walker }).some((operation) => operation.early === true)).toBe(false);
  });
});
