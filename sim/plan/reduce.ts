/**
 * Smaller versions of a failing plan, from the largest cut to the smallest.
 *
 * Lowers the counts of cohorts, materialises the remaining cohorts, drops faults and operations in
 * halves, quarters and so on, simplifies the rest, and makes all choices minimal. A materialised
 * operation keeps its id and therefore all choices keyed by it. Source of the cuts: Zeller and
 * Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (delta debugging).
 */
import { expandIfPossible } from './expand.ts';
import type { Scripts } from './script.ts';
import { type Cohort, type Operation, type Plan, splitActor } from './plan.ts';

/** Larger plans are not retimed, because each candidate costs a run. */
const RETIMED_OPERATIONS_MAX = 30;

/** Shifts of an operation in ms: small steps close to its time, larger steps further away. */
const SHIFTS_MS = [-5, 5, -15, 15, -40, 40, -90, 90, -160, 160, -250, 250, -400, 400, -700, 700];

/** Cohorts are materialised only up to this number of operations. */
const MATERIALISED_OPERATIONS_MAX = 2000;

/**
 * Yields candidates that are smaller or simpler than `plan`, the largest cut first. Lazy: a caller
 * stops at the first failing one and starts again from it.
 */
export function* reductions(plan: Plan, scripts: Scripts): Generator<Plan> {
  yield* cuts(plan, scripts);
  if (plan.minimal === undefined) yield { ...plan, minimal: true };
  yield* retimings(plan);
}

/** Candidates with fewer or simpler parts; `retimings` has those that keep a race in time. */
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
  yield* fewerEarly(plan);
  const { strategy, changesMs: _changes, ...usual } = plan;
  if (strategy !== undefined) yield usual;
  yield* usualCircumstances(plan);
  if (plan.nodes > 1) yield { ...plan, nodes: 1 };
  if (plan.nodes > 2) yield { ...plan, nodes: plan.nodes - 1 };
  yield* earlierOperations(plan);
  yield* shorterChaos(plan);
}

/**
 * The size of a plan in reports: expanded operations and faults. If a script throws, the size is
 * the most operations that the cohorts allow, so that the plan does not look empty.
 */
export function sizeOf(plan: Plan, scripts: Scripts): { operations: number; faults: number } {
  const operations = expandIfPossible(plan, scripts)?.length ?? operationsMaxOf(plan);
  return { operations, faults: plan.faults.length };
}

function operationsMaxOf({ cohorts, operations }: Plan): number {
  return cohorts.reduce((sum, { count, operationsMax }) => sum + count * operationsMax, operations.length);
}

function* smallerCohorts(plan: Plan): Generator<Plan> {
  const putWhole = (index: number, cohort: Cohort): Plan => ({
    ...plan,
    cohorts: plan.cohorts.map((other, at) => (at === index ? cohort : other)),
  });
  for (const [index, cohort] of plan.cohorts.entries()) {
    const put = (changed: Partial<Cohort>): Plan => putWhole(index, { ...cohort, ...changed });
    for (
      let count = Math.floor(cohort.count / 8);
      count < cohort.count;
      count += Math.ceil((cohort.count - count) / 2)
    ) {
      yield put({ count });
    }
    if (cohort.operationsMax > 1) yield put({ operationsMax: Math.ceil(cohort.operationsMax / 2) });
    const { bursts, early, ...separate } = cohort;
    if (bursts !== undefined || early !== undefined) yield putWhole(index, separate);
  }
}

/** Leaves out one part at a time: everything, then each half, each quarter, …, each single item. */
function* withFewer<Item, Result>(items: readonly Item[], put: (rest: readonly Item[]) => Result): Generator<Result> {
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

/** Leaves out everything that is unusual about the environment, then one thing at a time. */
function* usualCircumstances({ circumstances, ...usual }: Plan): Generator<Plan> {
  if (circumstances === undefined) return;
  yield usual;
  const entries = Object.entries(circumstances);
  if (entries.length < 2) return;
  for (const gone of entries)
    yield { ...usual, circumstances: Object.fromEntries(entries.filter((entry) => entry !== gone)) };
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

/** Lets early operations wait for those before them: all, then each half, and so on. */
function* fewerEarly(plan: Plan): Generator<Plan> {
  const early = plan.operations.filter((operation) => operation.early === true);
  for (const kept of withFewer(early, (rest) => rest)) {
    const operations = plan.operations.map((operation): Operation => {
      if (operation.early === undefined || kept.includes(operation)) return operation;
      const { early: _early, ...waiting } = operation;
      return waiting;
    });
    yield { ...plan, operations };
  }
}

/**
 * Moves each actor's operations to one per second from the start, if that is earlier. Round times
 * are easier to read. An early operation keeps its distance to the one before it.
 */
function* earlierOperations(plan: Plan): Generator<Plan> {
  const seen = new Map<string, { readonly count: number; readonly from: Operation; readonly to: Operation }>();
  const operations = plan.operations.map((operation): Operation => {
    const before = seen.get(operation.actor);
    const count = before?.count ?? 0;
    const atMs =
      operation.early === true && before !== undefined
        ? before.to.atMs + operation.atMs - before.from.atMs
        : 100 + 10 * splitActor(operation.actor).number + count * 1000;
    const moved = atMs < operation.atMs ? { ...operation, atMs } : operation;
    seen.set(operation.actor, { count: count + 1, from: operation, to: moved });
    return moved;
  });
  if (operations.some((operation, index) => operation !== plan.operations[index])) yield { ...plan, operations };
}

/** Moves the heal to just after the last operation and the last end of a fault. */
function* shorterChaos(plan: Plan): Generator<Plan> {
  const ends = [
    ...plan.operations.map((operation) => operation.atMs),
    ...plan.faults.map(({ atMs, durationMs }) => atMs + durationMs),
  ];
  const chaosMs = Math.ceil((Math.max(0, ...ends) + 1000) / 1000) * 1000;
  if (plan.cohorts.length === 0 && chaosMs < plan.chaosMs) yield { ...plan, chaosMs };
}

/**
 * A race often needs other operations only for its timing: without them, the operations that race
 * no longer overlap. So each candidate leaves out one actor or operation and also moves the last
 * operation of a remaining actor.
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
