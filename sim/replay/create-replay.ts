/**
 * Makes a replay of a failure that was found.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import { replayIdOf } from './replay-id.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { printable } from '../kernel/printable.ts';
import type { ExpectedFailure, FailureSummary, Replay } from './replay-document.ts';

export interface Found {
  readonly scenario: string;
  readonly variant: string | null;
  readonly codeHash: string;
  readonly plan: Plan;
  readonly choices?: ChoiceOverrides | undefined;
  readonly stepsMax?: number | undefined;
  readonly statefulPackages?: readonly string[] | undefined;
  readonly failure: Failure;
  readonly digest: string;
  readonly savedWith: string;
  /** `process.versions.node` */
  readonly nodeVersion: string;
}

export function createReplay(found: Found): Replay {
  const { scenario, variant, codeHash, plan, choices = {}, stepsMax, failure, digest, savedWith, nodeVersion } = found;
  const { statefulPackages = [] } = found;
  const content = {
    scenario,
    variant,
    state: variant === null ? ('open' as const) : undefined,
    codeHash,
    node: nodeMajor(nodeVersion),
    plan,
    choices,
    stepsMax,
    statefulPackages: statefulPackages.length === 0 ? undefined : statefulPackages,
    expected: { onVariant: expectedOf(failure), onUnmodified: 'none' },
    digest,
    violation: summaryOf(failure),
    savedWith,
  } as const;
  return { id: replayIdOf(content), ...content };
}

/** The same replay, as its run on today's code and Node was. It keeps its id. */
export function renewedReplay(
  replay: Replay,
  run: Pick<Found, 'codeHash' | 'failure' | 'digest' | 'savedWith' | 'nodeVersion'>,
): Replay {
  const { codeHash, failure, digest, savedWith, nodeVersion } = run;
  return { ...replay, codeHash, node: nodeMajor(nodeVersion), digest, violation: summaryOf(failure), savedWith };
}

/** `20` of `20.11.1`. */
export function nodeMajor(version: string): number {
  return Number.parseInt(version, 10);
}

function expectedOf(failure: Failure): ExpectedFailure {
  const { verdict, signature } = failure;
  return { verdict, property: failure.verdict === 'violation' ? failure.property : null, signature };
}

function summaryOf(failure: Failure): FailureSummary {
  const { step, atMs } = failure;
  // The lines after the first are a stack, which has paths of one machine.
  const text = printable(failure.text.split('\n', 1)[0] ?? '', REPLAY_LIMITS.textLength);
  if (failure.verdict !== 'violation') return { property: null, risk: null, subject: null, text, step, atMs };
  const { property, risk, subject } = failure;
  return { property, risk, subject, text, step, atMs };
}
