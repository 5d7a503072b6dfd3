/**
 * The JSON documents of `--json`, one for each command. Keys are part of the public interface: they
 * are added, never renamed or removed. Some have old names (`clean`, `defects`, `misfit`, `plain`).
 * `JSON.stringify` leaves out keys whose value is undefined.
 */
import type { Seed } from '../../kernel/seed.ts';
import type { ReplayVerdict } from '../../replay/replay-verdict.ts';
import { type Shard, shardText } from '../../search/shard.ts';
import type { Totals } from '../../search/totals.ts';
import type { Sizes } from '../../search/job.ts';
import type { MutantOutcome } from '../mutants-report.ts';
import { RunSecrets } from '../redaction/run-secrets.ts';
import { firstLine } from './first-line.ts';
import { nameOfFailure } from '../failure-report.ts';
import { eventsPerSecond } from '../summary.ts';

export interface RunDocumentContext {
  readonly scenario: string;
  readonly seedStart: Seed;
  /** The variant that was planted; null for the unmodified code. */
  readonly variant: string | null;
  readonly shard?: Shard | undefined;
  /** Packages that were found to keep state. */
  readonly statefulPackages: readonly string[];
  /** Saved files as shown, by signature of the failure. */
  readonly replays: ReadonlyMap<string, string | null>;
  /** Sizes of the shrunk plans, by signature of the failure. */
  readonly sizes: ReadonlyMap<string, Sizes | null>;
  /** Changes with which the runs pass, by signature of the failure. */
  readonly holds: ReadonlyMap<string, string | null>;
  /** True for `--seed`: the digest of the document is that of the run. */
  readonly single: boolean;
  readonly interrupted: boolean;
  /** Why too little was tested although everything held. */
  readonly untested: string | null;
}

export function runDocument(totals: Totals, context: RunDocumentContext): object {
  const {
    scenario,
    seedStart,
    variant,
    shard,
    statefulPackages,
    replays,
    sizes,
    holds,
    single,
    interrupted,
    untested,
  } = context;
  const { seeds, events, virtualMs, wallMs, uses, faults, marks, checked, failures } = totals;
  return {
    scenario,
    variant: variant ?? undefined,
    seedStart,
    // Undefined properties are not printed.
    shard: shard === undefined ? undefined : shardText(shard),
    seeds,
    events,
    virtualMs,
    wallMs: Math.round(wallMs),
    eventsPerSecond: eventsPerSecond(totals),
    repeated: totals.repeated,
    statefulPackages,
    operations: Object.entries(uses.operations).map(([operation, outcomes]) => ({ operation, ...outcomes })),
    faults,
    marks,
    properties: Object.entries(checked).map(([id, count]) => ({ id, checked: count })),
    violations: [...failures].map(([signature, { seed, failure, count }]) => ({
      property: nameOfFailure(failure),
      risk: failure.verdict === 'violation' ? failure.risk : null,
      verdict: failure.verdict,
      seed,
      signature,
      text: new RunSecrets().inText(firstLine(failure.text)),
      holds: holds.get(signature) ?? null,
      replay: replays.get(signature) ?? null,
      ...(sizes.get(signature) ?? {}),
      count,
    })),
    digest: single ? totals.lastDigest : totals.digest,
    untested: untested ?? undefined,
    interrupted,
  };
}

/** A revision that `bisect` judged. */
interface JudgedOutcome {
  readonly commit: string;
  readonly subject: string;
  readonly judgement: string;
  readonly reason: string | null;
}

export interface BisectOutcome {
  readonly first: { readonly commit: string } | null;
  readonly candidates: readonly { readonly commit: string }[];
  readonly judged: readonly JudgedOutcome[];
}

export function bisectDocument(file: string, outcome: BisectOutcome, interrupted: boolean): object {
  const { first, candidates, judged } = outcome;
  return {
    file,
    first: first?.commit ?? null,
    candidates: candidates.map(({ commit }) => commit),
    judged: judged.map(({ commit, subject, judgement, reason }) => ({
      commit,
      subject,
      judgement,
      reason: reason ?? undefined,
    })),
    interrupted,
  };
}

export function mutantsDocument(
  unmodified: { seeds: number; violations: number },
  outcomes: readonly MutantOutcome[],
  interrupted: boolean,
  statefulPackages: readonly string[],
): object {
  return {
    clean: unmodified,
    statefulPackages,
    defects: outcomes.map(
      ({
        id,
        risk,
        found,
        property,
        expected,
        seeds,
        operations,
        faults,
        choices,
        replay,
        failsOnUnmodified,
        unsteady,
        variantError,
      }) => ({
        id,
        risk,
        found,
        property,
        expected,
        seeds,
        operations,
        faults,
        choices,
        replay,
        failsOnClean: failsOnUnmodified,
        unsteady,
        misfit: variantError ?? undefined,
      }),
    ),
    interrupted,
  };
}

export interface CorpusFailure {
  readonly file: string;
  /** `exact` on the variant, `fixed` on unmodified code unless the replay is open. */
  readonly expected: ReplayVerdict;
  readonly verdict: ReplayVerdict;
  readonly on: 'variant' | 'unmodified';
  /** Why the replay is invalid; null when it ran. */
  readonly reason: string | null;
}

/** `open`: the number of replays of known bugs. */
export function corpusDocument(
  checked: number,
  open: number,
  failed: readonly CorpusFailure[],
  interrupted: boolean,
): object {
  const failures = failed.map((failure) => ({
    ...failure,
    on: failure.on === 'unmodified' ? 'clean' : failure.on,
    reason: failure.reason ?? undefined,
  }));
  return { checked, open, failed: failures, interrupted };
}

export interface ShrinkOutcome {
  readonly file: string;
  /** The smaller replay, relative to the working folder; null when there is none. */
  readonly replay: string | null;
  readonly before: Sizes;
  readonly after: Sizes;
  readonly runs: number;
  readonly wallMs: number;
}

export function shrinkDocument(outcome: ShrinkOutcome): object {
  return { ...outcome, wallMs: Math.round(outcome.wallMs) };
}
