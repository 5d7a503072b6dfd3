/**
 * Goes on from a replay, and saves what is smaller beside it. Never larger.
 */
import path from 'node:path';
import type { ShrinkReport } from '../search/job.ts';
import type { Candidate } from '../search/shrink-failure.ts';
import type { Workers } from './workers.ts';
import { executeReplay, runJob } from './execute-replay.ts';
import type { FoundReplay } from '../project/find-replay.ts';
import type { Saved, ToSave } from '../project/save-failure.ts';
import type { Source } from '../project/scenario-source.ts';

export type ShrinkReplayResult =
  /** A smaller plan fails in the same way. */
  | { readonly verdict: 'smaller'; readonly shrunk: ShrinkReport; readonly saved: Saved }
  /** No smaller plan that was tried fails in this way. */
  | { readonly verdict: 'smallest'; readonly shrunk: ShrinkReport }
  /** The replay can't be made smaller, since it does not fail as it should. `unsteady`: a smaller plan failed once and then no more. */
  | { readonly verdict: 'fixed' | 'different-failure' | 'diverged' | 'stuck' | 'unsteady' }
  | { readonly verdict: 'invalid'; readonly reason: string };

export interface ShrinkReplayOptions {
  readonly budgetMs: number;
  readonly save: (source: Source, found: ToSave, folder: string) => Saved;
}

/** Throws LoadError when the scenario's code can't be loaded at all. */
export async function shrinkReplay(
  workers: Workers,
  { file, project, replay }: FoundReplay,
  { budgetMs, save }: ShrinkReplayOptions,
): Promise<ShrinkReplayResult> {
  const now = await executeReplay(workers, project, replay, {}, new Map());
  if (now.verdict === 'invalid') return { verdict: now.verdict, reason: now.reason };
  if (now.verdict === 'diverged' || now.verdict === 'fixed' || now.verdict === 'different-failure')
    return { verdict: now.verdict };
  // Nobody comes back from a step that never ends to tell whether a smaller plan ends in it.
  if (now.report.digest === '') return { verdict: 'stuck' };
  const { plan, choices, stepsMax, variant } = replay;
  const { signature } = replay.expected.onVariant;
  const limit = stepsMax === undefined ? {} : { stepsMax };
  const failedAtMs = now.report.failure?.atMs ?? now.report.virtualMs;
  const { runner } = workers;
  const shrunk = await runner.run(now.bundle, {
    kind: 'shrink',
    plan,
    choices,
    signature,
    failedAtMs,
    budgetMs,
    ...limit,
  });
  if (isSame(shrunk, replay)) return { verdict: 'smallest', shrunk };
  const smaller = { plan: shrunk.plan, choices: shrunk.choices };
  const { failure, digest } = await runner.run(now.bundle, runJob({ ...replay, ...smaller }, false));
  if (failure?.signature !== signature) return { verdict: 'unsteady' };
  const found = { variant, codeHash: now.codeHash, ...smaller, failure, digest, ...limit };
  return { verdict: 'smaller', shrunk, saved: save(now.source, found, path.dirname(file)) };
}

function isSame(left: Candidate, right: Candidate): boolean {
  const texts = [left, right].map(({ plan, choices }) => JSON.stringify([plan, choices]));
  return texts[0] === texts[1];
}
