/** The JSON document of `replay --json`. See documents.ts. */
import type { ChoiceOverrides } from '../../kernel/draws.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { ReplayVerdict } from '../../replay/replay-verdict.ts';
import type { Failure } from '../../run/run-verdict.ts';
import type { PassingRun } from '../../search/passing/passing-run.ts';
import type { Decided } from '../../search/futures/decided.ts';
import type { RunReport } from '../../search/job.ts';
import { firstLine } from './first-line.ts';
import { nameOfFailure } from '../failure-report.ts';
import type { LinesOfStep } from '../code/step-lines.ts';
import type { Suspects } from '../code/suspect-lines.ts';
import type { StateChange } from '../../kernel/state-change.ts';
import type { Cause } from '../why/chain-lines.ts';

export interface ReplayOutcome {
  readonly file: string;
  readonly verdict: ReplayVerdict;
  /** Why the replay is invalid; null when it ran. */
  readonly reason: string | null;
  readonly digest: string | null;
  readonly steps: number;
  readonly failure: Failure | null;
  /** True when every choice that the replay does not name has its minimal value. */
  readonly minimal: boolean;
  /** The choices that the replay names, by key. */
  readonly choices: ChoiceOverrides;
  /** Packages that each process evaluated because they keep state. */
  readonly statefulPackages: readonly string[];
  /** The selected records, in order. */
  readonly records: readonly RunRecord[];
  /** Of `--why`: what led to the failure or to a record. */
  readonly why?: readonly Cause[] | undefined;
  /** Of `--effects`: the records, and what they led to. */
  readonly effects?: readonly Cause[] | undefined;
  /** Of `--diff`: the nearest run that passes; null if none was found. */
  readonly diff?: PassingRun | null | undefined;
  /** Of `--html`: the file of the page. */
  readonly html?: string | undefined;
  /** Of `--against`: the run on the code of another revision. */
  readonly against?: OtherRun | undefined;
  /** Of `--inevitable`. */
  readonly inevitable?: (Decided & { readonly isUnshrunk: boolean }) | undefined;
  /** Of `--state`. */
  readonly state?: StateOutcome | undefined;
  /** Of `--last-change`. */
  readonly lastChange?: { readonly step: number; readonly changes: readonly StateChange[] } | undefined;
  /** Of `--suspect`. */
  readonly suspect?: Suspects | undefined;
  /** Of `--lines`. */
  readonly lines?: LinesOfStep | undefined;
}

interface StateOutcome {
  readonly from: number;
  readonly until: number;
  readonly before: ReadonlyMap<string, string>;
  readonly changes: readonly StateChange[];
}

interface OtherRun {
  readonly revision: { readonly commit: string; readonly subject: string };
  readonly report: RunReport;
  readonly index: number | null;
}

export function replayDocument({
  file,
  verdict,
  reason,
  digest,
  steps,
  failure,
  minimal,
  choices,
  statefulPackages,
  records,
  why,
  effects,
  diff,
  html,
  against,
  inevitable,
  state,
  lastChange,
  suspect,
  lines,
}: ReplayOutcome): object {
  return {
    file,
    verdict,
    reason: reason ?? undefined,
    digest,
    steps,
    plain: minimal,
    choices,
    statefulPackages,
    violation: violationDocument(failure),
    records,
    why,
    effects,
    diff: diff == null ? diff : passingDocument(diff),
    page: html,
    against: against === undefined ? undefined : otherDocument(against),
    inevitable:
      inevitable === undefined
        ? undefined
        : { unshrunk: inevitable.isUnshrunk, points: inevitable.points, jump: inevitable.jump },
    state: state === undefined ? undefined : { ...state, before: Object.fromEntries(state.before) },
    lastChange,
    suspect,
    lines,
  };
}

function violationDocument(failure: Failure | null): object | null {
  if (failure === null) return null;
  return {
    property: nameOfFailure(failure),
    verdict: failure.verdict,
    signature: failure.signature,
    text: firstLine(failure.text),
    step: failure.step,
    virtualMs: failure.atMs,
  };
}

function otherDocument({ revision, report, index }: OtherRun): object {
  const { commit, subject } = revision;
  const { failure, records } = report;
  return {
    commit,
    subject,
    violation: violationDocument(failure),
    record: index === null ? null : index + 1,
    records,
  };
}

function passingDocument({ kind, when, plan, choices, index, report }: PassingRun): object {
  return { change: kind, when, record: index + 1, plan, choices, records: report.records };
}
