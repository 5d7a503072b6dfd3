/**
 * Smaller plans: the order in which a failing plan is made smaller, from the boldest cut to the smallest.
 *
 * Lower the counts of cohorts, materialise the survivors, drop faults and operations in halves, quarters and so on (Zeller's delta
 * debugging, "Simplifying and Isolating Failure-Inducing Input", 2002), simplify what is left, and make all choices plain. A materialised
 * operation keeps its id, and so all choices that were made for it.
 */
import { expandIfPossible } from './expand.ts';
import type { Scripts } from './script.ts';
import { type Operation, type Plan, splitActor } from './plan.ts';

/** Plans with more operations are not searched for better timings: that costs a run for each try. */
const RETIMED_OPERATIONS_MAX = 30;

/** How far an operation is moved, in milliseconds: finely near by, coarsely far off. */
const SHIFTS_MS = [-5, 5, -15, 15, -40, 40, -90, 90, -160, 160, -250, 250, -400, 400, -700, 700];

/** Cohorts are materialised when they give no more operations than this. */
const MATERIALISED_OPERATIONS_MAX = 2000;

/** Candidates, each smaller or simpler than `plan`, the boldest first. Lazy: a caller that takes the first failing one starts again from it. */
export function* reductions(plan: Plan, scripts: Scripts): Generator<Plan> {
  yield* cuts(plan, scripts);
  if (plan.minimal === undefined) yield { ...plan, minimal: true };
  yield* retimings(plan);
}

/** What makes a plan smaller without regard to when things happen. */
export function* cuts(plan: Plan, scripts: Scripts): Generator<Plan> {
  yield* withFewer(plan.faults, (faults) => ({ ...plan, faults }));
  yield* smallerCohorts(plan);
  if (plan.cohorts.length > 0) {
    const operations = expandIfPossible(plan, scripts);
    if (operations !== null && operations.length <= MATERIALISED_OPERATIONS_MAX)
      yield { ...plan, cohorts: [], operations };
  }
  yield* withFewerActors(plan);
  yield* withFewer(plan.operations, (operations) => ({ ...plan, operations }));
  yield* simplerFaults(plan);
  const { strategy, ...usual } = plan;
  if (strategy !== undefined) yield usual;
  if (plan.nodes > 1) yield { ...plan, nodes: 1 };
  if (plan.nodes > 2) yield { ...plan, nodes: plan.nodes - 1 };
  yield* earlierOperations(plan);
  yield* shorterChaos(plan);
}

/**
 * Size of a plan as reports count it: expanded operations and faults. When a script throws, its plan
 * has the most operations that the cohorts allow, so that it does not look like an empty one.
 */
export function sizeOf(plan: Plan, scripts: Scripts): { operations: number; faults: number } {
  const operations = expandIfPossible(plan, scripts)?.length ?? operationsMaxOf(plan);
  return { operations, faults: plan.faults.length };
}

function operationsMaxOf({ cohorts, operations }: Plan): number {
  return cohorts.reduce((sum, { count, operationsMax }) => sum + count * operationsMax, operations.length);
}

function* smallerCohorts(plan: Plan): Generator<Plan> {
  for (const [index, cohort] of plan.cohorts.entries()) {
    const put = (changed: Partial<typeof cohort>): Plan => ({
      ...plan,
      cohorts: plan.cohorts.map((other, at) => (at === index ? { ...other, ...changed } : other)),
    });
    for (
      let count = Math.floor(cohort.count / 8);
      count < cohort.count;
      count += Math.ceil((cohort.count - count) / 2)
    ) {
      yield put({ count });
    }
    if (cohort.operationsMax > 1) yield put({ operationsMax: Math.ceil(cohort.operationsMax / 2) });
  }
}

/** All ways to leave out a part: everything, then halves, quarters, …, single ones. */
function* withFewer<Item>(items: readonly Item[], put: (rest: readonly Item[]) => Plan): Generator<Plan> {
  for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < items.length; start += size) {
      yield put([...items.slice(0, start), ...items.slice(start + size)]);
    }
  }
}

function* withFewerActors(plan: Plan): Generator<Plan> {
  const actors = [...new Set(plan.operations.map((operation) => operation.actor))];
  if (actors.length < 2) return;
  for (let size = Math.floor(actors.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < actors.length; start += size) {
      const gone = new Set(actors.slice(start, start + size));
      yield {
        ...plan,
        operations: plan.operations.filter((operation) => !gone.has(operation.actor)),
        faults: plan.faults.filter((fault) => !gone.has(fault.target)),
      };
    }
  }
}

function* simplerFaults(plan: Plan): Generator<Plan> {
  for (const [index, fault] of plan.faults.entries()) {
    const put = (changed: Partial<typeof fault>): Plan => ({
      ...plan,
      faults: plan.faults.map((other, at) => (at === index ? { ...other, ...changed } : other)),
    });
    if (fault.rate !== 1) yield put({ rate: 1 });
    if (fault.durationMs > 200) yield put({ durationMs: Math.round(fault.durationMs / 2) });
  }
}

/** An actor's operations one second after each other from the start, where that is earlier; rounder times read better. */
function* earlierOperations(plan: Plan): Generator<Plan> {
  const seen = new Map<string, number>();
  const operations = plan.operations.map((operation): Operation => {
    const before = seen.get(operation.actor) ?? 0;
    seen.set(operation.actor, before + 1);
    const atMs = 100 + 10 * splitActor(operation.actor).number + before * 1000;
    return atMs < operation.atMs ? { ...operation, atMs } : operation;
  });
  if (operations.some((operation, index) => operation !== plan.operations[index])) yield { ...plan, operations };
}

/** The heal right after the last thing that happens. */
function* shorterChaos(plan: Plan): Generator<Plan> {
  const ends = [
    ...plan.operations.map((operation) => operation.atMs),
    ...plan.faults.map(({ atMs, durationMs }) => atMs + durationMs),
  ];
  const chaosMs = Math.ceil((Math.max(0, ...ends) + 1000) / 1000) * 1000;
  if (plan.cohorts.length === 0 && chaosMs < plan.chaosMs) yield { ...plan, chaosMs };
}

/**
 * A race often needs others only for its timing: when they go, a window moves and is missed. So one actor or one operation is left
 * out, and at the same time the last operation of each remaining actor is moved.
 */
export function* retimings(plan: Plan): Generator<Plan> {
  const { operations } = plan;
  if (operations.length < 2 || operations.length > RETIMED_OPERATIONS_MAX) return;
  const actors = new Set(operations.map((operation) => operation.actor));
  const without = [
    ...[...actors].map((actor) => operations.filter((operation) => operation.actor !== actor)),
    ...operations.map((gone) => operations.filter((operation) => operation !== gone)),
  ];
  for (const rest of without) {
    const last = new Map(rest.map((operation) => [operation.actor, operation]));
    for (const moved of last.values()) {
      for (const shiftMs of SHIFTS_MS) {
        const atMs = moved.atMs + shiftMs;
        if (atMs < 0 || atMs >= plan.chaosMs) continue;
        yield {
          ...plan,
          operations: rest.map((operation) => (operation === moved ? { ...operation, atMs } : operation)),
        };
      }
    }
  }
}
