/**
 * The public function `replay`.
 */
import type { Replay } from '../replay/replay-document.ts';
import type { ReplayVerdict } from '../replay/replay-verdict.ts';
import type { PassingRun } from '../search/passing/passing-run.ts';
import type { RunReport } from '../search/job.ts';
import { RunSecrets } from '../report/redaction/run-secrets.ts';
import type { SourceOf } from '../kernel/placed-text.ts';
import type { Moment } from '../report/excerpt/facts.ts';
import { type Cause, type ExplainedRun, explainedRun } from '../report/why/chain-lines.ts';
import { effectsIn } from '../report/why/effects.ts';
import { causesIn } from '../report/why/why.ts';
import { UsageError } from '../project/usage-error.ts';
import type { Inspection } from './inspect/inspection.ts';
import { type DecidedReplay, decideReplay } from './decided/decide-replay.ts';
import { type RunAtRevision, runAtRevision } from './revisions/run-at-revision.ts';
import { waitingLine } from './inspect/waiting-line.ts';
import { createWorkers } from './create-workers.ts';
import { validateOptions } from './validate-options.ts';
import { linesOfAll } from './report-lines.ts';
import { compareWithPassing } from './why/compare-with-passing.ts';
import { startOfWhy } from './why/start-of-why.ts';
import { type LastChange, lastChangeOf } from './state/state-query.ts';
import { type StateOfSteps, stateOfSteps, type Steps } from './state/state-run.ts';
import type { LinesOfStep } from '../report/code/step-lines.ts';
import type { Suspects } from '../report/code/suspect-lines.ts';
import { linesOfStep } from './lines/lines-of-step.ts';
import { suspectReplay } from './suspect/suspect-replay.ts';
import { executeReplay, replayJob, type ReplayResult } from './execute-replay.ts';
import { findReplay } from '../project/find-replay.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';

export interface ReplayOptions extends PlaceOptions {
  /** Run on the unmodified code instead of the replay's variant. */
  readonly clean?: boolean | undefined;
  /**
   * Run it under Node's inspector, which waits for a debugger, and stop in the user's code in this
   * step; in the first one if true. It needs the main thread, so `jobs` must be 0.
   */
  readonly inspect?: boolean | number | undefined;
  /**
   * Collect what led to the failure, or to the record with this number, counted from 1.
   */
  readonly why?: boolean | number | undefined;
  /** Collect what the record with this number led to; for true, those that the failure names. */
  readonly effects?: boolean | number | undefined;
  /** Look for the nearest run that passes. */
  readonly diff?: boolean | undefined;
  /** Run it on the code of this git revision, too, in a temporary worktree. */
  readonly against?: string | undefined;
  /** Find out when the failure was decided, by 30 futures from each of 20 steps. */
  readonly inevitable?: boolean | undefined;
  /** Compare the state of the system at each step of this range. */
  readonly state?: Steps | undefined;
  /** Look for the last change of a value, such as `Room.1.#members`. */
  readonly lastChange?: string | undefined;
  /** Look for the lines of code that failing runs execute and passing ones do not. */
  readonly suspect?: boolean | undefined;
  /** Collect the lines of code that ran in this step; in that of the failure if true. */
  readonly lines?: boolean | number | undefined;
}

export interface ReplayOutcome {
  /** Absolute path. */
  readonly file: string;
  readonly replay: Replay;
  readonly verdict: ReplayVerdict;
  /** Why nothing ran; null when something did. */
  readonly reason: string | null;
  /** With all records, but without their secrets; null when nothing ran. */
  readonly report: RunReport | null;
  /** What led to the failure or to the record, the last one first; null unless `why` is set. */
  readonly why: readonly Cause[] | null;
  /** The records and what they led to, in order; null unless `effects` is set. */
  readonly effects: readonly Cause[] | null;
  /** The nearest run that passes; null unless `diff` is set and one was found. */
  readonly diff: PassingRun | null;
  /** The run on the code of another revision; null unless `against` is set. */
  readonly against: RunAtRevision | null;
  /** When the failure was decided; null unless `inevitable` is set. */
  readonly inevitable: DecidedReplay | null;
  /** The state and its changes; null unless `state` is set. */
  readonly state: StateOfSteps | null;
  /** Null unless `lastChange` is set. */
  readonly lastChange: LastChange | null;
  /** Null unless `suspect` is set. */
  readonly suspect: Suspects | null;
  /** Null unless `lines` is set. */
  readonly lines: LinesOfStep | null;
}

const NOTHING = {
  why: null,
  effects: null,
  diff: null,
  against: null,
  inevitable: null,
  state: null,
  lastChange: null,
  suspect: null,
  lines: null,
} as const;

/**
 * Runs a replay once and compares the result with what was saved. The replay is given by its file,
 * or by its id, which is looked up in the package of `folder`.
 *
 * Throws UsageError for an unknown replay, ReplayError for an invalid file, LoadError when the
 * scenario's code cannot be loaded.
 */
export async function replay(fileOrId: string | URL, options: ReplayOptions = {}): Promise<ReplayOutcome> {
  validateOptions('replay', options);
  const { folder = process.cwd(), clean = false, jobs = 0 } = options;
  const inspect = inspectionOf(options);
  if (inspect !== undefined && jobs > 0) throw new UsageError('options: inspect needs jobs 0');
  const found = findReplay(pathOf(fileOrId), folder);
  const { file, project, replay: saved } = found;
  const workers = createWorkers(workersOptionsOf(options));
  try {
    const result = await executeReplay(
      workers,
      project,
      saved,
      { unmodified: clean, detailed: true, inspect },
      new Map(),
    );
    const { verdict } = result;
    if (verdict === 'invalid') return { file, replay: saved, verdict, reason: result.reason, report: null, ...NOTHING };
    const secrets = new RunSecrets();
    const report = secrets.inReport(result.report);
    const explained = { ...result, report };
    const why = await chainOf(explained, options.why, causesIn, 'options: why');
    const effects = await chainOf(explained, options.effects, effectsIn, 'options: effects');
    const passing = options.diff === true ? await compareWithPassing(workers, saved, result, 'options: diff') : null;
    const revision = { revision: options.against ?? '', name: 'options: against' };
    const against = options.against === undefined ? null : await runAtRevision(workers, found, result, revision);
    const inevitable =
      options.inevitable === true ? await decideReplay(workers, saved, result, { name: 'options: inevitable' }) : null;
    return {
      file,
      replay: saved,
      verdict,
      reason: null,
      report,
      why,
      effects,
      diff: passing && secrets.inPassing(passing),
      against: against && { ...against, report: secrets.inReport(against.report) },
      inevitable: inevitable && { ...inevitable, report: secrets.inReport(inevitable.report) },
      ...(await stateOf(result, saved, options, secrets)),
      suspect: options.suspect === true ? await suspectReplay(saved, result, 'options: suspect') : null,
      lines: await linesOf(result, saved, options, secrets),
    };
  } finally {
    await workers.close();
  }
}

async function stateOf(
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
  saved: Replay,
  { state: steps, lastChange }: ReplayOptions,
  secrets: RunSecrets,
): Promise<Pick<ReplayOutcome, 'state' | 'lastChange'>> {
  const { report } = result;
  const read = (range: Steps): Promise<StateOfSteps> => stateOfSteps(result, replayJob(saved, false), report, range);
  const whole = { from: 1, until: report.steps };
  const state = steps === undefined ? null : await read(steps);
  const last =
    lastChange === undefined ? null : lastChangeOf((await read(whole)).changes, lastChange, 'options: lastChange');
  return {
    state: state && secrets.inState(state),
    lastChange: last && { ...last, changes: secrets.inChanges(last.changes) },
  };
}

async function linesOf(
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
  saved: Replay,
  { lines = false }: ReplayOptions,
  secrets: RunSecrets,
): Promise<LinesOfStep | null> {
  if (lines === false) return null;
  return secrets.inLines(await linesOfStep(result, replayJob(saved, false), result.report, lines, 'options: lines'));
}

async function chainOf(
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
  wanted: boolean | number = false,
  chainIn: (run: ExplainedRun, from: number | Moment, sourceOf: SourceOf) => readonly Cause[],
  name: string,
): Promise<readonly Cause[] | null> {
  if (wanted === false) return null;
  const { report } = result;
  return chainIn(explainedRun(report), startOfWhy(wanted, report, name), await linesOfAll(result));
}

function inspectionOf({ inspect = false }: ReplayOptions): Inspection | undefined {
  if (inspect === false) return undefined;
  const onWaiting = (url: string): void => void process.stderr.write(`${waitingLine(url)}\n`);
  return { atStep: inspect === true ? 1 : inspect, onWaiting };
}
