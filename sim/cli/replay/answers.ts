/** What the flags of `replay` ask about a run besides its trace: each answer is printed. */
import path from 'node:path';
import { pageOfReplay } from '../../api/page/page-of-replay.ts';
import { writePage } from '../../api/page/write-page.ts';
import { runAtRevision } from '../../api/revisions/run-at-revision.ts';
import type { Steps } from '../../api/state/state-run.ts';
import { compareWithPassing } from '../../api/why/compare-with-passing.ts';
import { startOfWhy } from '../../api/why/start-of-why.ts';
import { printable } from '../../kernel/printable.ts';
import type { Selection } from '../../kernel/selection.ts';
import { shownPath } from '../../project/shell-command.ts';
import type { ReplayOutcome } from '../../report/documents/replay-document.ts';
import { type Cause, explainedRun } from '../../report/why/chain-lines.ts';
import { effectLines, effectsIn } from '../../report/why/effects.ts';
import { causesIn, whyLines } from '../../report/why/why.ts';
import type { PassingRun } from '../../search/passing/passing-run.ts';
import type { PoolFlags, Session } from '../session.ts';
import type { Asked } from './asked.ts';
import { passingLines, revisionLines } from './compared.ts';
import { replayDecided } from './decided.ts';
import { replayLines } from './lines.ts';
import { replayLastChange, replayState } from './state.ts';
import { stepThrough } from './step.ts';
import { replaySuspects } from './suspect.ts';

export interface ReplayFlags extends PoolFlags, Selection {
  /** Show only records whose line contains this text. */
  readonly grep?: string;
  /** Run it under the inspector, and stop in this step. */
  readonly inspect?: number;
  /** Print what led to the record with this number, or to the failure. */
  readonly why?: true | number;
  /** Print what the record with this number led to, or those that the failure names. */
  readonly effects?: true | number;
  /** Compare with the nearest run that passes. */
  readonly diff?: true;
  /** Write the page to this file; beside the replay for `true`. */
  readonly html?: true | string;
  /** Compare with the run on the code of this revision. */
  readonly against?: string;
  /** Find out when the failure was decided. */
  readonly inevitable?: true;
  /** Print how the state of the system changed in these steps. */
  readonly state?: Steps;
  /** Print the last change of this value. */
  readonly lastChange?: string;
  /** Print the lines of code that failing runs execute and passing ones do not. */
  readonly suspect?: true;
  /** Print the lines of code that ran in this step; for `true` in the one of the failure. */
  readonly lines?: true | number;
  /** Step through the run with commands from stdin. */
  readonly step?: true;
}

/** The parts of the document that answer flags; undefined for those that were not given. */
type Answers = Pick<
  ReplayOutcome,
  'why' | 'effects' | 'diff' | 'html' | 'against' | 'inevitable' | 'state' | 'lastChange' | 'suspect' | 'lines'
>;

/** True if the trace is not wanted. */
export function isAnswered(answers: Answers, { step }: ReplayFlags): boolean {
  return step === true || Object.values(answers).some((answer) => answer !== undefined);
}

/** Throws UsageError for a flag that does not fit the run. */
export async function answersTo(asked: Asked, flags: ReplayFlags): Promise<Answers> {
  const { session, workers, found, result, secrets } = asked;
  const { replay } = found;
  const { output, interrupt } = session;
  const suspect = flags.suspect === true ? await replaySuspects(session, replay, result) : undefined;
  const lines = flags.lines === undefined ? undefined : await replayLines(asked, flags.lines);
  if (flags.step === true) await stepThrough(asked);
  const state = flags.state === undefined ? undefined : await replayState(asked, flags.state, flags.only);
  const lastChange = flags.lastChange === undefined ? undefined : await replayLastChange(asked, flags.lastChange);
  const inevitable = flags.inevitable === true ? await replayDecided(asked) : undefined;
  const other =
    flags.against === undefined
      ? undefined
      : await runAtRevision(workers, found, result, { revision: flags.against, name: '--against' });
  const against = other && { ...other, report: secrets.inReport(other.report) };
  const passing =
    flags.diff === true ? await compareWithPassing(workers, replay, result, '--diff', interrupt.signal) : undefined;
  const diff = passing && secrets.inPassing(passing);
  const html = flags.html === undefined ? undefined : await page(asked, flags, flags.html, passing);
  if (diff !== undefined) output.result(() => passingLines(asked.shown, diff, output.flags.verbose));
  if (against !== undefined) output.result(() => revisionLines(asked.shown, against));
  const why = chainOf(asked, 'why', flags.why);
  const effects = chainOf(asked, 'effects', flags.effects);
  return { why, effects, diff, html, against, inevitable, state, lastChange, suspect, lines };
}

const CHAINS = {
  why: {
    title: (record?: number) =>
      `why ${record === undefined ? 'the run failed' : `record ${record}`}, the last cause first:`,
    linesOf: whyLines,
    recordsOf: causesIn,
  },
  effects: {
    title: (record?: number) =>
      `what ${record === undefined ? 'the failure names' : `record ${record}`} led to, the first effect first:`,
    linesOf: effectLines,
    recordsOf: effectsIn,
  },
};

/** Undefined if it is not wanted. */
function chainOf(
  { session, shown, sourceOf }: Asked,
  kind: keyof typeof CHAINS,
  wanted: true | number | undefined,
): readonly Cause[] | undefined {
  if (wanted === undefined) return undefined;
  const { title, linesOf, recordsOf } = CHAINS[kind];
  const from = startOfWhy(wanted, shown, `--${kind}`);
  const run = explainedRun(shown);
  const { verbose } = session.output.flags;
  session.output.result((palette) => [
    title(typeof from === 'number' ? from : undefined),
    ...linesOf(run, from, { verbose, sourceOf }, palette),
  ]);
  return recordsOf(run, from, sourceOf);
}

async function page(
  { session, workers, found, named, result }: Asked,
  { from, until, only, why }: ReplayFlags,
  html: true | string,
  diff: PassingRun | null | undefined,
): Promise<string> {
  const { workingFolder } = session;
  const file = pageFile(session, found.file, html);
  const selection = { from, until, only };
  const wanted = typeof why === 'number' ? why : undefined;
  const parts = { replay: found.replay, shown: named, result, workingFolder, selection, diff, why: wanted };
  writePage(file, await pageOfReplay(workers, parts));
  session.output.result(() => [`page ${printable(shownPage(file, session))}`]);
  return file;
}

/** Absolute. Without a name, the page is beside the replay. */
export function pageFile({ workingFolder }: Session, replayFile: string, html: true | string): string {
  const name = html === true ? `${replayFile.replace(/\.json$/, '')}.html` : html;
  return path.resolve(workingFolder, name);
}

/** Relative to the working folder if it is in it. */
function shownPage(file: string, { workingFolder }: Session): string {
  const shown = shownPath(file, workingFolder);
  return shown.startsWith('../') ? file : shown;
}
