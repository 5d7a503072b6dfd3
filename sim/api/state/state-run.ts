/**
 * Runs a job on code whose state can be read, and compares that state at every step. In this
 * thread, since values are read between two steps.
 */
import type { StateChange } from '../../kernel/state-change.ts';
import { LoadError } from '../../load/errors.ts';
import type { Values } from '../../load/state/describe-value.ts';
import { StateRegistry } from '../../load/state/state-registry.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { RunJob, RunReport } from '../../search/job.ts';
import { InProcessRunner } from '../in-process-runner.ts';
import type { RanOn } from '../report-lines.ts';

export interface StateOfSteps {
  /** The first and the last step. */
  readonly from: number;
  readonly until: number;
  /** All values before the first step, by path. */
  readonly before: Values;
  /** By step, then by path. */
  readonly changes: readonly StateChange[];
}

/** Which steps to compare. `onChange` is called with the changes of each step that has some. */
export interface Steps {
  readonly from: number;
  readonly until: number;
}

/**
 * Throws LoadError if the code has changed since it was bundled, and UsageError if the run is not
 * the one that the report is of: then something besides the seed decides.
 */
export async function stateOfSteps(
  { source, variant, bundle }: RanOn,
  job: RunJob,
  { digest }: RunReport,
  { from, until }: Steps,
): Promise<StateOfSteps> {
  const watched = await source.withState(bundle, variant);
  if (watched === null) throw new LoadError(`${source.place.path}: the code has changed; run the command again`);
  const registry = new StateRegistry();
  const changes: StateChange[] = [];
  let first: Values | null = null;
  let last: Values = new Map();
  const compare = (step: number): void => {
    const now = registry.read();
    if (first === null) first = now;
    else changes.push(...changesBetween(last, now, step));
    last = now;
  };
  // A step begins when the one before it has ended.
  const onStep = (step: number): void => {
    if (step >= from && step <= until + 1) compare(step - 1);
  };
  const runner = new InProcessRunner({ onStep, state: registry });
  try {
    const report = await runner.run(watched, job);
    if (report.digest !== digest) throw new UsageError('the run differs when its state is read; it has no state');
    if (report.steps >= from && report.steps <= until) compare(report.steps);
    return { from, until: Math.min(until, report.steps), before: first ?? new Map(), changes };
  } finally {
    await runner.close();
  }
}

/** The state of these nodes, in all of their processes; of all nodes by default. */
export function stateOfNodes(state: StateOfSteps, only: readonly string[] | undefined): StateOfSteps {
  if (only === undefined) return state;
  // `node-1.2/Room.1.#members` is of the second process of node-1.
  const isOwn = (path: string): boolean => only.includes(path.split(/\.\d+\/|\//, 1)[0] ?? '');
  return {
    ...state,
    before: new Map([...state.before].filter(([path]) => isOwn(path))),
    changes: state.changes.filter(({ path }) => isOwn(path)),
  };
}

function changesBetween(before: Values, after: Values, step: number): StateChange[] {
  const changes: StateChange[] = [];
  for (const [path, value] of after) {
    const previous = before.get(path) ?? null;
    if (previous !== value) changes.push({ step, path, before: previous, after: value });
  }
  for (const [path, value] of before) if (!after.has(path)) changes.push({ step, path, before: value, after: null });
  return changes;
}
