/**
 * Runs a job on a loaded scenario. Workers, the in-process runner and benchmarks all enter here.
 */
import { planOf, type PlanSizes } from '../plan/arbitrary.ts';
import type { DrawnValue } from '../plan/drawn.ts';
import type { PlanShape } from '../plan/shape.ts';
import { executeRun, type RunOptions, type RunResources, STEPS_MAX } from '../run/execute-run.ts';
import type { Scenario } from '../run/scenario.ts';
import { selectFaults } from '../world/faults/selection.ts';
import type { SystemImage } from '../system/image.ts';
import { ChoiceList } from './choice-list.ts';
import type { JobKind, JobOf, JobReports, RunJob, RunReport, ShrinkJob, ShrinkReport } from './job.ts';
import { type Candidate, shrinkFailure, type ShrinkSubject } from './shrink-failure.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly image: SystemImage;
  readonly resources: RunResources;
  /** Evaluates scenario, system and packages anew. Throws LoadError. */
  readonly reload: () => LoadedScenario;
}

export interface JobOptions {
  /** Called with the number of each step. */
  readonly onStep?: ((step: number) => void) | undefined;
  /** Monotonic real time, for budgets. */
  readonly nowMs: () => number;
  /** See `WorldOptions`. */
  readonly keepsPaths?: boolean | undefined;
}

type Performers = {
  readonly [Kind in JobKind]: (
    loaded: LoadedScenario,
    job: JobOf<Kind>,
    options: JobOptions,
  ) => Promise<JobReports[Kind]>;
};

const PERFORMERS: Performers = { run, shrink };

export function runJob<Kind extends JobKind>(
  loaded: LoadedScenario,
  job: JobOf<Kind>,
  options: JobOptions,
): Promise<JobReports[Kind]> {
  const kind: Kind = job.kind;
  return PERFORMERS[kind](loaded, job, options);
}

/**
 * The bounds within which the plans of a scenario are generated. `faults`: a selection that
 * replaces the scenario's, or takes from it.
 */
export function shapeOf(scenario: Scenario, { faults }: Pick<PlanSizes, 'faults'> = {}): PlanShape {
  return {
    scripts: scenario.actors,
    actorsMax: Object.fromEntries(Object.entries(scenario.actors).map(([kind, actor]) => [kind, actor.countMax])),
    operationsMax: scenario.operationsMax,
    nodesMax: scenario.nodesMax,
    chaosMs: scenario.chaosMs,
    faultKinds:
      faults === undefined
        ? scenario.faults
        : selectFaults(faults, { usual: scenario.faults, possible: scenario.possibleFaults }),
    faultsMax: scenario.faultsMax,
    faultDurationMaxMs: scenario.faultDurationMaxMs,
    smallSendBuffers: scenario.smallSendBuffers,
  };
}

async function run(kept: LoadedScenario, job: RunJob, options: JobOptions): Promise<RunReport> {
  const loaded = job.freshPackages === true ? kept.reload() : kept;
  const report = await runOnce(loaded, job, options);
  if (job.repeatAfter === undefined) return report;
  const { sizes, stepsMax } = job;
  for (const seed of job.repeatAfter) await runOnce(loaded, { kind: 'run', seed, sizes, stepsMax }, options);
  return { ...report, again: await repeat(loaded, { ...job, freshModules: true }, options, report) };
}

async function repeat(
  loaded: LoadedScenario,
  job: RunJob,
  options: JobOptions,
  { digest, randomValues }: RunReport,
): Promise<RunReport> {
  const { repetitions = 1 } = job;
  for (let count = 1; ; count++) {
    const again = await runOnce(loaded, job, options);
    const isSame = again.digest === digest && again.randomValues === randomValues;
    if (!isSame || count >= repetitions) return again;
  }
}

async function runOnce(loaded: LoadedScenario, job: RunJob, { onStep, keepsPaths }: JobOptions): Promise<RunReport> {
  const { scenario, image, resources } = loaded;
  const { choices, freshModules, stepsMax, future, detailed = false } = job;
  const plan = job.plan ?? planOf(job.seed, shapeOf(scenario, job.sizes), job.sizes);
  const list = new ChoiceList();
  const onChoice = detailed ? list.add : undefined;
  const options: RunOptions = { choices, onChoice, detailed, keepsPaths, freshModules, stepsMax, onStep, future };
  const {
    records,
    printed,
    places,
    paths,
    texts,
    causes,
    plan: executed,
    ...result
  } = await executeRun(scenario, image, plan, resources, options);
  return {
    kind: 'run',
    seed: plan.seed,
    ...result,
    ...(result.failure !== null || detailed ? { plan: executed } : {}),
    ...(detailed ? { records, printed, places, paths, texts, causes, choices: list.values } : {}),
  };
}

/**
 * A smaller plan may fail somewhat later than the one before it. A candidate that has not failed by
 * then counts as holding.
 */
const LATER_THAN_BEFORE = 1.25;
const LATER_BY_MS = 2000;
const MORE_STEPS = 2;
const STEPS_MORE = 10_000;

async function shrink(loaded: LoadedScenario, job: ShrinkJob, { onStep, nowMs }: JobOptions): Promise<ShrinkReport> {
  const { scenario, image, resources } = loaded;
  const { plan, signature, budgetMs, choices = {} } = job;
  let failedAtMs = job.failedAtMs;
  let stepsMax = job.stepsMax ?? STEPS_MAX;
  // A candidate that takes many more steps does something else and may run for long, so its steps
  // are limited. Unless the number of steps is the failure itself.
  const isOfSteps = signature.startsWith('no-progress');
  const execute = async (
    candidate: Candidate,
    observe: Pick<RunOptions, 'onChoice' | 'onDrawn'> = {},
  ): Promise<boolean> => {
    const untilMs = failedAtMs * LATER_THAN_BEFORE + LATER_BY_MS;
    const options: RunOptions = { choices: candidate.choices, untilMs, stepsMax, onStep, ...observe };
    const { failure, steps } = await executeRun(scenario, image, candidate.plan, resources, options);
    const isSame = failure?.signature === signature;
    if (isSame) {
      failedAtMs = Math.max(failure.atMs, 0);
      if (!isOfSteps) stepsMax = Math.min(stepsMax, MORE_STEPS * steps + STEPS_MORE);
    }
    return isSame;
  };
  const subject: ShrinkSubject = {
    shape: shapeOf(scenario),
    fails: (candidate) => execute(candidate),
    choicesOf: async (candidate) => {
      const list = new ChoiceList();
      await execute(candidate, { onChoice: list.add });
      return list;
    },
    drawnIn: async (candidate) => {
      const drawn = new Map<string, Map<string, DrawnValue>>();
      await execute(candidate, {
        onDrawn: (operation, name, value) => {
          const values = drawn.get(operation) ?? new Map<string, DrawnValue>();
          drawn.set(operation, values.set(name, value));
        },
      });
      return drawn;
    },
  };
  return { kind: 'shrink', ...(await shrinkFailure({ plan, choices }, subject, { budgetMs, nowMs })) };
}
