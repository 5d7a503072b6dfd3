/**
 * The JSON documents of the command line, one for each command. Fields are only ever added.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { Seed } from '../kernel/seed.ts';
import type { ReplayVerdict } from '../replay/replay-verdict.ts';
import type { Failure } from '../run/run-verdict.ts';
import { type Shard, shardText } from '../search/shard.ts';
import type { Totals } from '../search/totals.ts';
import type { Sizes } from '../search/job.ts';
import type { MutantOutcome } from './mutants-report.ts';
import { nameOfFailure } from './failure-report.ts';
import { eventsPerSecond } from './summary.ts';

export interface RunDocumentContext {
  readonly scenario: string;
  readonly seedStart: Seed;
  readonly shard?: Shard;
  /** By signature: the file as shown, and how small it is. */
  readonly replays: ReadonlyMap<string, string | null>;
  readonly sizes: ReadonlyMap<string, Sizes | null>;
  /** One seed was asked for: its digest is told. */
  readonly single: boolean;
  readonly interrupted: boolean;
  /** Why nothing was tested although everything held. */
  readonly untested: string | null;
}

export function runDocument(totals: Totals, context: RunDocumentContext): object {
  const { scenario, seedStart, shard, replays, sizes, single, interrupted, untested } = context;
  const { seeds, events, virtualMs, wallMs, faults, marks, checked, failures } = totals;
  return {
    scenario,
    seedStart,
    ...(shard === undefined ? {} : { shard: shardText(shard) }),
    seeds,
    events,
    virtualMs,
    wallMs: Math.round(wallMs),
    eventsPerSecond: eventsPerSecond(totals),
    repeated: totals.repeated,
    faults,
    marks,
    properties: Object.entries(checked).map(([id, count]) => ({ id, checked: count })),
    violations: [...failures].map(([signature, { seed, failure, count }]) => ({
      property: nameOfFailure(failure),
      risk: failure.verdict === 'violation' ? failure.risk : null,
      verdict: failure.verdict,
      seed,
      signature,
      text: firstLine(failure.text),
      replay: replays.get(signature) ?? null,
      ...(sizes.get(signature) ?? {}),
      count,
    })),
    ...(single ? { digest: totals.lastDigest } : {}),
    ...(untested === null ? {} : { untested }),
    interrupted,
  };
}

export interface ReplayOutcome {
  readonly file: string;
  readonly verdict: ReplayVerdict;
  /** Why nothing ran; null when it did. */
  readonly reason: string | null;
  readonly digest: string | null;
  readonly steps: number;
  readonly failure: Failure | null;
  /** Everything but the choices of the replay takes its shortest time. */
  readonly plain: boolean;
  /** By key; those that the replay names. */
  readonly choices: ChoiceOverrides;
}

export function replayDocument({
  file,
  verdict,
  reason,
  digest,
  steps,
  failure,
  plain,
  choices,
}: ReplayOutcome): object {
  return {
    file,
    verdict,
    ...(reason === null ? {} : { reason }),
    digest,
    steps,
    plain,
    choices,
    violation:
      failure === null
        ? null
        : {
            property: nameOfFailure(failure),
            verdict: failure.verdict,
            signature: failure.signature,
            text: firstLine(failure.text),
            step: failure.step,
            virtualMs: failure.atMs,
          },
  };
}

export function mutantsDocument(
  clean: { seeds: number; violations: number },
  outcomes: readonly MutantOutcome[],
  interrupted: boolean,
): object {
  return {
    clean,
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
        failsOnClean,
        unsteady,
        misfit,
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
        failsOnClean,
        unsteady,
        ...(misfit === null ? {} : { misfit }),
      }),
    ),
    interrupted,
  };
}

export interface CorpusFailure {
  readonly file: string;
  /** `exact` on the variant, `gone` on the clean code. */
  readonly expected: ReplayVerdict;
  readonly verdict: ReplayVerdict;
  readonly on: 'variant' | 'clean';
  readonly reason: string | null;
}

export function corpusDocument(checked: number, failed: readonly CorpusFailure[], interrupted: boolean): object {
  const told = failed.map(({ reason, ...rest }) => (reason === null ? rest : { ...rest, reason }));
  return { checked, failed: told, interrupted };
}

export interface ShrinkOutcome {
  readonly file: string;
  /** The smaller replay; null when there is none. */
  readonly replay: string | null;
  readonly before: Sizes;
  readonly after: Sizes;
  readonly runs: number;
  readonly wallMs: number;
}

export function shrinkDocument(outcome: ShrinkOutcome): object {
  return { ...outcome, wallMs: Math.round(outcome.wallMs) };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
