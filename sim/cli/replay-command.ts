/**
 * `replay <file or id>`: runs one replay, prints its trace, and compares the run with the saved
 * one.
 */
import type { Workers } from '../api/workers.ts';
import { linesFor, linesOfAll } from '../api/report-lines.ts';
import { checkStep, type Inspection } from '../api/inspect/inspection.ts';
import { waitingLine } from '../api/inspect/waiting-line.ts';
import { checkPlaceOfPage } from '../api/page/write-page.ts';
import { executeReplay, replayJob, type ReplayResult, type Sources } from '../api/execute-replay.ts';
import { UsageError } from '../project/usage-error.ts';
import { findReplay } from '../project/find-replay.ts';
import { NO_SOURCES } from '../kernel/placed-text.ts';
import type { RunRecord } from '../kernel/record.ts';
import { isSelected, namesIn, type Selection } from '../kernel/selection.ts';
import { firstDifference } from '../search/first-difference.ts';
import { printable } from '../kernel/printable.ts';
import type { Replay } from '../replay/replay-document.ts';
import type { Palette } from '../report/colour.ts';
import { replayDocument } from '../report/documents/replay-document.ts';
import { differenceLines } from '../report/difference-lines.ts';
import { nameOfFailure } from '../report/failure-report.ts';
import { failureText } from '../report/failure-text.ts';
import { RunSecrets } from '../report/redaction/run-secrets.ts';
import { lineContextOf } from '../report/line-context.ts';
import { choiceLines } from '../report/shrunk-lines.ts';
import { hasText, traceLines } from '../report/trace.ts';
import { EXIT, type ExitCode, exitCodeOf, outcomeOf } from './exit-code.ts';
import type { Lines } from './output.ts';
import { answersTo, isAnswered, pageFile, type ReplayFlags } from './replay/answers.ts';
import { checkFit } from './replay/fitting-flags.ts';
import type { Session } from './session.ts';

/** Further runs of a diverged replay, to find out whether they agree with each other. */
const FURTHER_RUNS = 3;

export async function replayCommand(session: Session, named: string, flags: ReplayFlags): Promise<ExitCode> {
  const { output } = session;
  const { from, until, only, grep } = flags;
  checkFit(flags, output.flags.json);
  const found = findReplay(named, session.workingFolder);
  const { shown: file, project, replay, note } = found;
  if (note !== null) output.note(note);
  if (flags.html !== undefined) checkPlaceOfPage(pageFile(session, found.file, flags.html));
  const workers = session.workers({ ...flags, jobs: flags.inevitable === true ? flags.jobs : 1 });
  const { choices, statefulPackages = [] } = replay;
  const replayFields = { file, minimal: replay.plan.minimal === true, choices, statefulPackages };
  const sources: Sources = new Map();
  const run = (inspect?: Inspection) => executeReplay(workers, project, replay, { detailed: true, inspect }, sources);
  // The first run of an inspected replay has a watchdog, and shows which steps there are.
  const first = await run();
  const result = flags.inspect === undefined ? first : await inspected(session, first, flags.inspect, run);
  const { verdict } = result;
  if (verdict === 'invalid') {
    const { reason } = result;
    output.document(
      replayDocument({ ...replayFields, verdict, reason, digest: null, steps: 0, failure: null, records: [] }),
    );
    output.complain(`${file} is invalid: ${printable(reason)}`);
    return EXIT.usage;
  }
  const { report } = result;
  const secrets = new RunSecrets();
  const shown = secrets.inReport(report);
  const { digest, steps, failure, records = [], printed = [], places, texts, causes = [] } = shown;
  const { json, quiet, verbose } = output.flags;
  const selection = { from, until, only };
  checkSelection(selection, records);
  const isExplained = flags.why !== undefined || flags.effects !== undefined;
  const linesOf = async () => (json ? NO_SOURCES : await linesFor(result, report, verbose));
  const sourceOf = isExplained ? await linesOfAll(result) : await linesOf();
  const answers = await answersTo({ session, workers, found, named, result, sourceOf, secrets, shown }, flags);
  if (!isAnswered(answers, flags) && !json && !quiet) {
    output.result((palette) => {
      const options = { failure, verbose, printed, places, texts, causes, selection, grep, sourceOf };
      const lines = traceLines(records, options, palette);
      if (grep !== undefined) return lines.length === 0 ? [nothingFound(grep, verbose)] : lines;
      return [...lines, ...choiceLines(replay.plan, replay.choices, verbose)];
    });
  }
  if (!json) {
    const text = failure === null ? '' : failureText(failure, sourceOf);
    output.result((palette) => [...verdictLines(replay, result, text, palette), ...(verbose ? callLines(text) : [])]);
  }
  if (verdict === 'diverged') {
    output.result(await explainDivergence(session, workers, replay, result, secrets));
  }
  const context = lineContextOf(records, places, sourceOf, texts);
  const selected = records.filter(
    (record) => isSelected(record, selection) && (grep === undefined || hasText(record, grep, context)),
  );
  output.document(
    replayDocument({
      ...replayFields,
      verdict,
      reason: null,
      digest,
      steps,
      failure,
      records: selected,
      ...answers,
    }),
  );
  const outcome = outcomeOf(failure === null ? [] : [failure]);
  const nondeterminism = outcome.nondeterminism === true || verdict === 'diverged';
  return exitCodeOf({ ...outcome, nondeterminism, interrupted: session.interrupt.pressed });
}

function nothingFound(grep: string, verbose: boolean): string {
  const hint = verbose ? '' : '; --verbose searches hidden records, too';
  return `no line of the trace contains ${printable(grep)}${hint}`;
}

/** Throws UsageError for a step or a name that the run has not. */
function checkSelection({ from = 0, only = [] }: Selection, records: readonly RunRecord[]): void {
  const last = records.at(-1)?.step ?? 0;
  if (from > last) throw new UsageError(`--from: the run ends at step ${last}`);
  const names = namesIn(records);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`--only: the run has no ${printable(unknown)} (expected any of: ${names.join(', ')})`);
}

async function inspected(
  { output, interrupt }: Session,
  first: ReplayResult,
  atStep: number,
  run: (inspect: Inspection) => Promise<ReplayResult>,
): Promise<ReplayResult> {
  if (first.verdict === 'invalid') return first;
  checkStep(atStep, first.report);
  // The thread runs no listeners while a debugger has stopped it, so Ctrl-C has to end the process.
  interrupt.dispose();
  return await run({ atStep, onWaiting: (url) => output.note(waitingLine(url)) });
}

type ValidResult = Exclude<ReplayResult, { verdict: 'invalid' }>;

/** `text`: that of the failure, with lines. */
function verdictLines(replay: Replay, { verdict, report }: ValidResult, text: string, palette: Palette): string[] {
  const expected = printable(replay.expected.onVariant.signature);
  const { failure } = report;
  const happened =
    failure === null
      ? 'everything held'
      : `${printable(nameOfFailure(failure))} at step ${failure.step}, t=${(failure.atMs / 1000).toFixed(1)} s: ${printable(text.split('\n', 1)[0] ?? '')}`;
  switch (verdict) {
    case 'exact':
      return [palette.red(`✖ exact: ${happened}`)];
    case 'same-failure':
      return [
        palette.red(`✖ same-failure: the code or the major version of Node changed, the failure did not; ${happened}`),
      ];
    case 'fixed':
      return [palette.green(`✔ fixed: ${expected} no longer happens`)];
    case 'different-failure':
      return [palette.red(`✖ different-failure: expected ${expected}, got ${happened}`)];
    case 'diverged':
      return [
        palette.red(
          `✖ diverged: same code, different run (digest ${report.digest}, saved ${replay.digest}); ${happened}`,
        ),
      ];
  }
}

/** The lines of the text after the first: the calls that led to an error. */
function callLines(text: string): string[] {
  const [, ...calls] = text.split('\n');
  return calls.map((call) => `  ${printable(call)}`);
}

async function explainDivergence(
  session: Session,
  { runner }: Workers,
  replay: Replay,
  { bundle, report: { records = [] } }: ValidResult,
  secrets: RunSecrets,
): Promise<Lines> {
  for (let run = 0; run < FURTHER_RUNS && !session.interrupt.signal.aborted; run += 1) {
    const again = await runner.run(bundle, replayJob(replay, true));
    const difference = firstDifference(records, again.records ?? []);
    if (difference === null) continue;
    return (palette) => [
      `  two new runs differ from record ${difference.index + 1} on:`,
      ...differenceLines(secrets.inDifference(difference), palette),
    ];
  }
  return () => ['  new runs agree with each other: the machine differs, or the replay file was edited'];
}
