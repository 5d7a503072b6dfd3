/**
 * Runs a replay, on its variant or on the clean code, and judges what comes of it.
 */
import path from 'node:path';
import { VariantError } from '../load/errors.ts';
import { nodeMajor } from '../replay/create-replay.ts';
import { misfitOf } from '../replay/validate-replay.ts';
import type { Replay } from '../replay/replay-document.ts';
import { type ReplayVerdict, verdictOf } from '../replay/replay-verdict.ts';
import type { RunReport } from '../search/job.ts';
import type { Performer } from '../search/job-runner.ts';
import type { Crew } from './job-runners.ts';
import { isFileInside } from '../project/project.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';

export type ReplayResult =
  | { readonly verdict: 'unreplayable'; readonly reason: string }
  | {
      readonly verdict: Exclude<ReplayVerdict, 'unreplayable'>;
      readonly report: RunReport;
      readonly source: Source;
      /** The crew's number for the code it ran on. */
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
  crew: Crew,
  project: string,
  replay: Replay,
  { clean = false, detailed = false }: ReplayRun,
  sources: Sources,
): Promise<ReplayResult> {
  const { scenario: scenarioPath } = replay;
  if (!isFileInside(project, scenarioPath)) {
    return { verdict: 'unreplayable', reason: `there is no scenario ${scenarioPath} in ${path.basename(project)}` };
  }
  const loading = sources.get(scenarioPath) ?? loadSource({ project, path: scenarioPath }, crew.stuckMs);
  sources.set(scenarioPath, loading);
  const source = await loading;
  const misfit = misfitOf(replay, source.scenario);
  if (misfit !== null) return { verdict: 'unreplayable', reason: misfit };
  try {
    const bundle = await source.bundle(clean ? null : replay.variant);
    const { codeHash } = bundle;
    const { performer } = crew;
    const number = crew.register(bundle);
    const report = await withWayToStuck(
      performer,
      number,
      replay,
      await performer.perform(number, runJob(replay, detailed)),
      detailed,
    );
    const { digest, failure } = report;
    const verdict = verdictOf(replay, { codeHash, node: nodeMajor(process.versions.node), digest, failure });
    return { verdict: verdict as Exclude<ReplayVerdict, 'unreplayable'>, report, source, bundle: number, codeHash };
  } catch (error) {
    if (error instanceof VariantError) return { verdict: 'unreplayable', reason: error.message };
    throw error;
  }
}

/** A run that is stuck never tells its records; one that stops a step earlier does. */
async function withWayToStuck(
  performer: Performer,
  bundle: number,
  replay: Replay,
  report: RunReport,
  detailed: boolean,
): Promise<RunReport> {
  const { failure } = report;
  if (!detailed || failure?.verdict !== 'stuck') return report;
  const job = { ...runJob(replay, true), stepsMax: Math.max(0, failure.step - 1) };
  const { records = [], virtualMs } = await performer.perform(bundle, job);
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
