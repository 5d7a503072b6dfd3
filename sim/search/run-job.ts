/**
 * Does a job on a loaded scenario: the one entry point for workers and for tests that run in their own process.
 */
import { type PlanSizes, planOf } from '../plan/arbitrary.ts';
import type { DrawnValue } from '../plan/drawn.ts';
import type { PlanShape } from '../plan/shape.ts';
import { executeRun, type RunOptions, type RunResources, STEPS_MAX } from '../run/execute-run.ts';
import type { Scenario } from '../run/scenario.ts';
import type { SystemImage } from '../system/image.ts';
import { ChoiceList } from './choice-list.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, ShrinkReport } from './job.ts';
import { type Candidate, shrinkFailure, type ShrinkSubject } from './shrink-failure.ts';

export interface Loaded {
  readonly scenario: Scenario;
  readonly image: SystemImage;
  readonly resources: RunResources;
}

export interface PerformOptions {
  readonly onStep?: (step: number) => void;
  /** Monotonic wall time, for budgets. */
  readonly nowMs: () => number;
}

export function runJob(loaded: Loaded, job: RunJob, options: PerformOptions): Promise<RunReport>;
export function runJob(loaded: Loaded, job: ShrinkJob, options: PerformOptions): Promise<ShrinkReport>;
export function runJob(loaded: Loaded, job: Job, options: PerformOptions): Promise<Report>;
export function runJob(loaded: Loaded, job: Job, options: PerformOptions): Promise<Report> {
  return job.kind === 'run' ? run(loaded, job, options) : shrink(loaded, job, options);
}

/** Within what bounds the plans of a scenario are generated. */
export function shapeOf(scenario: Scenario): PlanShape {
  return {
    scripts: scenario.actors,
    actorsMax: Object.fromEntries(Object.entries(scenario.actors).map(([kind, actor]) => [kind, actor.countMax])),
    operationsMax: scenario.operationsMax,
    nodesMax: scenario.nodesMax,
    chaosMs: scenario.chaosMs,
    faultKinds: scenario.faults,
    faultsMax: scenario.faultsMax,
  };
}

async function run(loaded: Loaded, job: RunJob, { onStep }: PerformOptions): Promise<RunReport> {
  const { scenario, image, resources } = loaded;
  const sizes: PlanSizes = job.sizes ?? {};
  const plan = job.plan ?? planOf(job.seed, shapeOf(scenario), sizes);
  const list = new ChoiceList();
  const options: RunOptions = {
    ...(job.choices === undefined ? {} : { choices: job.choices }),
    ...(job.detailed === true ? { detailed: true, onChoice: list.add } : {}),
    ...(job.freshModules === undefined ? {} : { freshModules: job.freshModules }),
    ...(job.stepsMax === undefined ? {} : { stepsMax: job.stepsMax }),
    ...(onStep === undefined ? {} : { onStep }),
  };
  const { records, printed, plan: executed, ...result } = await executeRun(scenario, image, plan, resources, options);
  return {
    kind: 'run',
    seed: plan.seed,
    ...result,
    ...(result.failure !== null || job.detailed === true ? { plan: executed } : {}),
    ...(job.detailed === true ? { records, printed, choices: list.values } : {}),
  };
}

/** A smaller plan may fail later than the one before it, but not much: what has not failed by then is left. */
const LATER_THAN_BEFORE = 1.25;
const LATER_BY_MS = 2000;
const MORE_STEPS = 2;
const STEPS_MORE = 10_000;

async function shrink(loaded: Loaded, job: ShrinkJob, { onStep, nowMs }: PerformOptions): Promise<ShrinkReport> {
  const { scenario, image, resources } = loaded;
  const { plan, signature, budgetMs, choices = {} } = job;
  let failedAtMs = job.failedAtMs;
  let stepsMax = job.stepsMax ?? STEPS_MAX;
  // Unless the steps are the failure, a candidate that takes many more of them is another sort of run, and may go on for long.
  const isOfSteps = signature.startsWith('no-progress');
  const execute = async ({ plan: tried, choices: replaced }: Candidate, more: RunOptions) => {
    const untilMs = failedAtMs * LATER_THAN_BEFORE + LATER_BY_MS;
    const watched = { ...more, ...(onStep === undefined ? {} : { onStep }) };
    const ran = await executeRun(scenario, image, tried, resources, {
      choices: replaced,
      untilMs,
      stepsMax,
      ...watched,
    });
    const isSame = ran.failure?.signature === signature;
    if (isSame) {
      failedAtMs = Math.max(ran.failure?.atMs ?? 0, 0);
      if (!isOfSteps) stepsMax = Math.min(stepsMax, MORE_STEPS * ran.steps + STEPS_MORE);
    }
    return isSame;
  };
  const subject: ShrinkSubject = {
    shape: shapeOf(scenario),
    fails: (candidate) => execute(candidate, {}),
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
