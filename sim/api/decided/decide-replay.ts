/** Finds out when the failure of a replay was decided. */
import { expand } from '../../plan/expand.ts';
import { planOf } from '../../plan/arbitrary.ts';
import type { Plan } from '../../plan/plan.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { type Decided, type DecidedSearch, whenDecided } from '../../search/futures/decided.ts';
import type { RunReport } from '../../search/job.ts';
import { shapeOf } from '../../search/run-job.ts';
import type { Scenario } from '../../run/scenario.ts';
import type { ReplayResult } from '../execute-replay.ts';
import type { Workers } from '../workers.ts';

export interface DecidedReplay extends Decided {
  /** False if the seed alone does not fail in this way: then the run is that of the replay. */
  readonly isUnshrunk: boolean;
  /** The run that was repeated. Detailed. */
  readonly report: RunReport;
}

export type DecideHooks = Pick<DecidedSearch, 'onPoint' | 'signal'>;

/**
 * Repeats the unshrunk run, or that of the replay if its campaign had other sizes. `name`: how the
 * caller names the option. Throws UsageError if the run did not fail, or if its step never ends.
 */
export async function decideReplay(
  { runner }: Workers,
  { plan, choices, stepsMax }: Pick<Replay, 'plan' | 'choices' | 'stepsMax'>,
  { report, source, bundle }: Exclude<ReplayResult, { verdict: 'invalid' }>,
  { name, ...hooks }: DecideHooks & { readonly name: string },
): Promise<DecidedReplay> {
  const { failure } = report;
  if (failure === null) throw new UsageError(`${name}: the run did not fail`);
  if (failure.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be repeated`);
  const { scenario } = source;
  const whole = writtenOut(planOf(plan.seed, shapeOf(scenario)), scenario);
  const job = { kind: 'run', seed: plan.seed, plan: whole, detailed: true, freshModules: true, stepsMax } as const;
  const unshrunk = await runner.run(bundle, job);
  const isUnshrunk = unshrunk.failure?.signature === failure.signature;
  const repeated = isUnshrunk
    ? { plan: whole, report: unshrunk }
    : { plan: writtenOut(plan, scenario), choices, report };
  const decided = await whenDecided(runner, bundle, {
    ...repeated,
    ...hooks,
    failure: repeated.report.failure ?? failure,
    otherPlan: (seed) => writtenOut(planOf(seed, shapeOf(scenario), { nodes: plan.nodes }), scenario),
    stepsMax,
  });
  return { ...decided, isUnshrunk, report: repeated.report };
}

function writtenOut(plan: Plan, { actors }: Scenario): Plan {
  return { ...plan, cohorts: [], operations: expand(plan, actors) };
}
