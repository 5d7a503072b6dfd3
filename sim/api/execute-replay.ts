/**
 * Runs a replay, on its variant or on the unmodified code, and compares the result with what it
 * expects.
 */
import path from 'node:path';
import type { SystemBundle } from '../load/bundle.ts';
import { VariantError } from '../load/errors.ts';
import { withCurrentOperationNames } from '../plan/former-names.ts';
import { nodeMajor } from '../replay/create-replay.ts';
import { validateReplay } from '../replay/validate-replay.ts';
import type { Replay } from '../replay/replay-document.ts';
import { type ReplayVerdict, verdictOf } from '../replay/replay-verdict.ts';
import type { RunJob, RunReport } from '../search/job.ts';
import type { JobRunner } from '../search/job-runner.ts';
import type { Inspection } from './inspect/inspection.ts';
import type { RanOn } from './report-lines.ts';
import type { Workers } from './workers.ts';
import { isFileInside } from '../project/project.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';

export type ReplayResult =
  | { readonly verdict: 'invalid'; readonly reason: string }
  | {
      readonly verdict: Exclude<ReplayVerdict, 'invalid'>;
      readonly report: RunReport;
      readonly source: Source;
      /** The code that the replay ran on. */
      readonly bundle: SystemBundle;
      /** Null for the unmodified code. */
      readonly variant: string | null;
    };

export interface ReplayRun {
  /** Run on the unmodified code instead of the replay's variant. */
  readonly unmodified?: boolean | undefined;
  readonly detailed?: boolean | undefined;
  /** Run it in this thread, under the inspector, and detailed. */
  readonly inspect?: Inspection | undefined;
}

/** Loaded sources, by the path of their scenario. */
export type Sources = Map<string, Promise<Source>>;

/** Throws LoadError when the scenario's code cannot be loaded. */
export async function executeReplay(
  workers: Workers,
  project: string,
  saved: Replay,
  { unmodified = false, detailed = false, inspect }: ReplayRun,
  sources: Sources,
): Promise<ReplayResult> {
  const { scenario: scenarioPath } = saved;
  if (!isFileInside(project, scenarioPath)) {
    return { verdict: 'invalid', reason: `scenario not found: ${scenarioPath} in ${path.basename(project)}` };
  }
  const loading = sources.get(scenarioPath) ?? loadSource({ project, path: scenarioPath }, workers.stuckMs);
  sources.set(scenarioPath, loading);
  const source = await loading;
  const replay = { ...saved, plan: withCurrentOperationNames(saved.plan, source.scenario.actors) };
  const problem = validateReplay(replay, source.scenario);
  if (problem !== null) return { verdict: 'invalid', reason: problem };
  try {
    const variant = unmodified ? null : replay.variant;
    const bundle = await source.bundle(variant, replay.statefulPackages ?? []);
    const report =
      inspect === undefined
        ? await runReplay(workers.runner, bundle, replay, detailed)
        : await inspectReplay({ source, variant, bundle }, replay, inspect);
    const { digest, failure } = report;
    const node = nodeMajor(process.versions.node);
    const verdict = verdictOf(replay, { codeHash: bundle.codeHash, node, digest, failure });
    return { verdict: verdict as Exclude<ReplayVerdict, 'invalid'>, report, source, bundle, variant };
  } catch (error) {
    if (error instanceof VariantError) return { verdict: 'invalid', reason: error.message };
    throw error;
  }
}

/** A process that inspects nothing need not load the simulator. */
async function inspectReplay(ranOn: RanOn, replay: Replay, inspect: Inspection): Promise<RunReport> {
  const { inspectRun } = await import('./inspect/inspect-run.ts');
  return await inspectRun(ranOn, replayJob(replay, true), inspect);
}

/** A stuck run reports no records. They come from a second run that stops one step earlier. */
async function runReplay(
  runner: JobRunner,
  bundle: SystemBundle,
  replay: Replay,
  detailed: boolean,
): Promise<RunReport> {
  const report = await runner.run(bundle, replayJob(replay, detailed));
  const { failure } = report;
  if (!detailed || failure?.verdict !== 'stuck') return report;
  const job = { ...replayJob(replay, true), stepsMax: Math.max(0, failure.step - 1) };
  const { records = [], virtualMs } = await runner.run(bundle, job);
  return { ...report, records, failure: { ...failure, atMs: virtualMs } };
}

/** The job that runs a replay once. */
export function replayJob({ plan, choices, stepsMax }: Replay, detailed: boolean): RunJob {
  return { kind: 'run', seed: plan.seed, plan, choices, detailed, freshModules: true, stepsMax };
}
