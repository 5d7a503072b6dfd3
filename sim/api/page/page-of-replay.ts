/** The page of a replay that has run. */
import type { Selection } from '../../kernel/selection.ts';
import { browserFiles } from '../../page/browser-files.ts';
import type { PageData } from '../../page/page-data.ts';
import { pageHtml } from '../../page/page-html.ts';
import { type MadeRun, pageRunOf } from '../../page/page-run.ts';
import { nameOfFailure } from '../../report/failure-report.ts';
import { commandPrefix, quoted } from '../../project/shell-command.ts';
import type { Replay } from '../../replay/replay-document.ts';
import type { RunReport } from '../../search/job.ts';
import type { PassingRun } from '../../search/passing/passing-run.ts';
import { LoadError } from '../../load/errors.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { StateChange } from '../../kernel/state-change.ts';
import { stateOfSteps } from '../state/state-run.ts';
import { replayJob, type ReplayResult } from '../execute-replay.ts';
import { linesFor } from '../report-lines.ts';
import type { Workers } from '../workers.ts';

/** Reading the state takes some 10 ms for each step of a large system. */
const STATE_STEPS_MAX = 1000;

export interface PageOfReplay {
  readonly replay: Replay;
  /** The replay as shown: its id or its path. */
  readonly shown: string;
  readonly result: Exclude<ReplayResult, { verdict: 'invalid' }>;
  /** The folder in which the command of the page is to be run. */
  readonly workingFolder: string;
  readonly selection?: Selection | undefined;
  /** The number of the record at which the page opens. */
  readonly why?: number | undefined;
  /** The run to compare with; null if none was found, undefined if none was looked for. */
  readonly diff?: PassingRun | null | undefined;
}

/** The HTML. Runs the seed of a shrunk replay again, for the run before it was shrunk. */
export async function pageOfReplay(workers: Workers, page: PageOfReplay): Promise<string> {
  const { replay, shown, result, selection, why, diff } = page;
  const { report, verdict, variant } = result;
  const sourceOf = await linesFor(result, report, true);
  const original = await originalOf(workers, page);
  const changes = await changesOf(page);
  const isShrunk = typeof original !== 'string';
  const runs: MadeRun[] = [
    pageRunOf({
      name: 'replay',
      title: isShrunk ? 'Shrunk' : 'Run',
      about: 'The run of the replay.',
      report,
      sourceOf,
      selection,
      why,
      changes: typeof changes === 'string' ? undefined : changes,
    }),
  ];
  const notes: string[] = typeof changes === 'string' ? [changes] : [];
  if (isShrunk)
    runs.push(
      pageRunOf({
        name: 'original',
        title: 'Original',
        about: 'The run of the seed, before it was shrunk.',
        report: original,
        sourceOf: await linesFor(result, original, true),
      }),
    );
  else notes.push(original);
  if (diff === null) notes.push('No run near to it was found that passes.');
  else if (diff !== undefined)
    runs.push(
      pageRunOf({
        name: 'passing',
        title: 'Passing',
        about: `Everything holds ${diff.when}.`,
        report: diff.report,
        sourceOf,
        selection,
        differsFrom: diff.index,
      }),
    );
  const { failure } = report;
  const { property, verdict: expected } = replay.expected.onVariant;
  const risk = failure?.verdict === 'violation' ? failure.risk : null;
  const data: PageData = {
    name: failure === null ? (property ?? expected) : nameOfFailure(failure),
    verdict,
    facts: [
      ...(risk === null || risk === '' ? [] : [['risk', risk] as const]),
      ['seed', replay.plan.seed],
      ['variant', variant ?? 'unmodified code'],
      ['scenario', replay.scenario],
      ['replay', replay.id],
    ],
    command: `${commandPrefix(page.workingFolder)} replay ${quoted(shown)}`,
    runs: runs.map(({ run }) => run),
    notes: [...runs.flatMap(({ cut }) => cut), ...notes],
  };
  return pageHtml(data, await browserFiles());
}

/** What each step changed in the state of the system, or why it is not known. */
async function changesOf({ replay, result }: PageOfReplay): Promise<readonly StateChange[] | string> {
  const { report } = result;
  if (report.failure?.verdict === 'stuck') return 'A step never ends, so the page has no state.';
  if (report.steps > STATE_STEPS_MAX)
    return `The page has no state: it is read in runs of at most ${STATE_STEPS_MAX} steps.`;
  try {
    const whole = { from: 1, until: report.steps };
    return (await stateOfSteps(result, replayJob(replay, false), report, whole)).changes;
  } catch (error) {
    if (error instanceof UsageError || error instanceof LoadError) return `The page has no state: ${error.message}.`;
    throw error;
  }
}

/**
 * The report of the run before it was shrunk, or why there is none. Replays do not store it: the
 * seed draws it again, unless the campaign had other sizes than the scenario's.
 */
async function originalOf({ runner }: Workers, { replay, result }: PageOfReplay): Promise<RunReport | string> {
  const { bundle, report } = result;
  const { failure } = report;
  if (failure === null) return 'The replay no longer fails, so the page has no run before it was shrunk.';
  if (failure.verdict === 'stuck') return 'A step never ends, so the page has no run before it was shrunk.';
  const { plan, stepsMax } = replay;
  const job = { kind: 'run', seed: plan.seed, detailed: true, freshModules: true, stepsMax } as const;
  const original = await runner.run(bundle, job);
  if (original.digest === report.digest) return 'The replay was not shrunk.';
  if (original.failure?.signature === failure.signature) return original;
  return 'Drawn again, the seed does not fail in this way, so the page has only the run of the replay.';
}
