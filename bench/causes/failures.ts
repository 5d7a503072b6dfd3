/**
 * Shrunk failures of the subjects. They are kept in a file, so that two versions of the report are
 * measured on the same runs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { InProcessRunner } from '../../sim/api/in-process-runner.ts';
import { workersOptionsOf } from '../../sim/api/options.ts';
import { openScenario, run } from '../../sim/index.ts';
import type { ChoiceOverrides } from '../../sim/kernel/draws.ts';
import { type Seed, seedAfter } from '../../sim/kernel/seed.ts';
import { planOf } from '../../sim/plan/arbitrary.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import { findScenario } from '../../sim/project/project.ts';
import { loadSource } from '../../sim/project/scenario-source.ts';
import { nameOfFailure } from '../../sim/report/failure-report.ts';
import type { Failure } from '../../sim/run/run-verdict.ts';
import type { RunReport } from '../../sim/search/job.ts';
import { shapeOf } from '../../sim/search/run-job.ts';
import type { Subject } from '../detection/subjects.ts';

export interface KeptFailure {
  readonly plan: Plan;
  readonly choices: ChoiceOverrides;
}

/** By the name of the subject. */
export type KeptFailures = Readonly<Record<string, KeptFailure>>;

const FILE = 'bench/causes/failures.json';
const SEEDS_MAX = 400;
const SHRINK_MS = 20_000;

export function keptFailures(): KeptFailures {
  return JSON.parse(readFileSync(FILE, 'utf8')) as KeptFailures;
}

export function keepFailures(failures: KeptFailures): void {
  writeFileSync(FILE, `${JSON.stringify(failures, null, 1)}\n`);
}

export interface FailedRun {
  readonly report: RunReport;
  readonly failure: Failure;
}

/** Runs a failure again, with all records. Null if it no longer fails. */
export async function runAgain(subject: Subject, { plan, choices }: KeptFailure): Promise<FailedRun | null> {
  const { scenarioFile, variant = null } = subject;
  const source = await loadSource(findScenario(scenarioFile, process.cwd()), workersOptionsOf({}).stuckMs);
  const runner = new InProcessRunner();
  const job = { kind: 'run', seed: plan.seed, plan, choices, detailed: true, freshModules: true } as const;
  const report = await runner.run(await source.bundle(variant), job);
  await runner.close();
  return report.failure !== null && isExpected(subject, report.failure) ? { report, failure: report.failure } : null;
}

/** The first failure from `seedStart` on, as a campaign shrinks it. Null if there is none. */
export async function findFailure(subject: Subject, seedStart: Seed): Promise<KeptFailure | null> {
  const seed = await failingSeed(subject, seedStart);
  if (seed === null) return null;
  const { scenarioFile, variant } = subject;
  const { findings } = await run(scenarioFile, { variant, seedStart: seed, seeds: 1, shrinkMs: SHRINK_MS });
  const found = findings.find(({ failure }) => isExpected(subject, failure));
  return found === undefined ? null : { plan: found.plan, choices: found.choices };
}

async function failingSeed(subject: Subject, seedStart: Seed): Promise<Seed | null> {
  const { scenarioFile, variant } = subject;
  const opened = await openScenario(scenarioFile, { variant });
  try {
    const shape = shapeOf(opened.scenario);
    for (let number = 0; number < SEEDS_MAX; number += 1) {
      const seed = seedAfter(seedStart, number);
      const { failure } = await opened.run(planOf(seed, shape));
      if (failure !== null && isExpected(subject, failure)) return seed;
    }
    return null;
  } finally {
    await opened.close();
  }
}

function isExpected({ expected }: Subject, failure: Failure): boolean {
  return expected === undefined || nameOfFailure(failure) === expected;
}
