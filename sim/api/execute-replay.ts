/**
 * Runs a replay, on its variant or on the clean code, and judges what comes of it.
 */
import path from 'node:path';
import { VariantError } from '../load/errors.ts';
import { withCurrentOperationNames } from '../plan/former-names.ts';
import { nodeMajor } from '../replay/create-replay.ts';
import { validateReplay } from '../replay/validate-replay.ts';
import type { Replay } from '../replay/replay-document.ts';
import { type ReplayVerdict, verdictOf } from '../replay/replay-verdict.ts';
import type { RunReport } from '../search/job.ts';
import type { JobRunner } from '../search/job-runner.ts';
import type { Workers } from './workers.ts';
import { isFileInside } from '../project/project.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';

export type ReplayResult =
  | { readonly verdict: 'invalid'; readonly reason: string }
  | {
      readonly verdict: Exclude<ReplayVerdict, 'invalid'>;
      readonly report: RunReport;
      readonly source: Source;
      /** The workers's number for the code it ran on. */
      readonly bundle: number;
      readonly codeHash: string;
    };

export interface ReplayRun {
  /** On the clean code instead of the replay's variant. */
  readonly clean?: boolean;
  readonly detailed?: boolean;
}

/** Sources that were loaded already, by the path of their scenario. */
export type Sources = Map<string, Promise<Source>>;

/** Throws LoadError when the scenario's code can't be loaded at all. */
export async function executeReplay(
  workers: Workers,
  project: string,
  saved: Replay,
  { clean = false, detailed = false }: ReplayRun,
  sources: Sources,
): Promise<ReplayResult> {
  const { scenario: scenarioPath } = saved;
  if (!isFileInside(project, scenarioPath)) {
    return { verdict: 'invalid', reason: `there is no scenario ${scenarioPath} in ${path.basename(project)}` };
  }
  const loading = sources.get(scenarioPath) ?? loadSource({ project, path: scenarioPath }, workers.stuckMs);
  sources.set(scenarioPath, loading);
  const source = await loading;
  const replay = { ...saved, plan: withCurrentOperationNames(saved.plan, source.scenario.actors) };
  const problem = validateReplay(replay, source.scenario);
  if (problem !== null) return { verdict: 'invalid', reason: problem };
  try {
    const bundle = await source.bundle(clean ? null : replay.variant);
    const { codeHash } = bundle;
    const { runner } = workers;
    const number = workers.register(bundle);
    const report = await withWayToStuck(
      runner,
      number,
      replay,
      await runner.run(number, runJob(replay, detailed)),
      detailed,
    );
    const { digest, failure } = report;
    const verdict = verdictOf(replay, { codeHash, node: nodeMajor(process.versions.node), digest, failure });
    return { verdict: verdict as Exclude<ReplayVerdict, 'invalid'>, report, source, bundle: number, codeHash };
  } catch (error) {
    if (error instanceof VariantError) return { verdict: 'invalid', reason: error.message };
    throw error;
  }
}

/** A run that is stuck never tells its records; one that stops a step earlier does. */
async function withWayToStuck(
  runner: JobRunner,
  bundle: number,
  replay: Replay,
  report: RunReport,
  detailed: boolean,
): Promise<RunReport> {
  const { failure } = report;
  if (!detailed || failure?.verdict !== 'stuck') return report;
  const job = { ...runJob(replay, true), stepsMax: Math.max(0, failure.step - 1) };
  const { records = [], virtualMs } = await runner.run(bundle, job);
  return { ...report, records, failure: { ...failure, atMs: virtualMs } };
}

export function runJob(replay: Replay, detailed: boolean) {
  const { plan, choices, stepsMax } = replay;
  return {
    kind: 'run',
    seed: plan.seed,
    plan,
    choices,
    detailed,
    freshModules: true,
    ...(stepsMax === undefined ? {} : { stepsMax }),
  } as const;
}
