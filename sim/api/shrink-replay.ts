/**
 * Shrinks a replay and saves the smaller one beside it. The result is never larger.
 */
import path from 'node:path';
import type { ShrinkReport } from '../search/job.ts';
import type { Candidate } from '../search/shrink-failure.ts';
import type { Workers } from './workers.ts';
import { executeReplay, replayJob } from './execute-replay.ts';
import type { FoundReplay } from '../project/find-replay.ts';
import type { Saved, ToSave } from '../project/save-failure.ts';
import type { Source } from '../project/scenario-source.ts';

export type ShrinkReplayResult =
  /** A smaller plan fails with the same signature. */
  | { readonly verdict: 'smaller'; readonly shrunk: ShrinkReport; readonly saved: Saved }
  /** No smaller plan that was tried fails with this signature. */
  | { readonly verdict: 'smallest'; readonly shrunk: ShrinkReport }
  /**
   * The replay does not fail as expected, so it cannot be shrunk. `unsteady`: a smaller plan failed
   * only once.
   */
  | { readonly verdict: 'fixed' | 'different-failure' | 'diverged' | 'stuck' | 'unsteady' }
  | { readonly verdict: 'invalid'; readonly reason: string };

export interface ShrinkReplayOptions {
  /** Real time. */
  readonly budgetMs: number;
  readonly save: (source: Source, found: ToSave, folder: string) => Saved;
}

/** Throws LoadError when the scenario's code cannot be loaded. */
export async function shrinkReplay(
  workers: Workers,
  { file, project, replay }: FoundReplay,
  { budgetMs, save }: ShrinkReplayOptions,
): Promise<ShrinkReplayResult> {
  const result = await executeReplay(workers, project, replay, {}, new Map());
  if (result.verdict === 'invalid') return { verdict: result.verdict, reason: result.reason };
  if (result.verdict === 'diverged' || result.verdict === 'fixed' || result.verdict === 'different-failure')
    return { verdict: result.verdict };
  const { report, bundle, source } = result;
  // Each candidate that is stuck as well would cost a worker.
  if (report.digest === '') return { verdict: 'stuck' };
  const { plan, choices, stepsMax, variant, statefulPackages } = replay;
  const { signature } = replay.expected.onVariant;
  const failedAtMs = report.failure?.atMs ?? report.virtualMs;
  const { runner } = workers;
  const job = { kind: 'shrink', plan, choices, signature, failedAtMs, budgetMs, stepsMax } as const;
  const shrunk = await runner.run(bundle, job);
  if (isSame(shrunk, replay)) return { verdict: 'smallest', shrunk };
  const smaller = { plan: shrunk.plan, choices: shrunk.choices };
  const { failure, digest } = await runner.run(bundle, replayJob({ ...replay, ...smaller }, false));
  if (failure?.signature !== signature) return { verdict: 'unsteady' };
  const found = { variant, codeHash: bundle.codeHash, ...smaller, failure, digest, stepsMax, statefulPackages };
  return { verdict: 'smaller', shrunk, saved: save(source, found, path.dirname(file)) };
}

function isSame(left: Candidate, right: Candidate): boolean {
  const [leftText, rightText] = [left, right].map(({ plan, choices }) => JSON.stringify([plan, choices]));
  return leftText === rightText;
}
