/**
 * `replay <file or id>`: runs one replay, prints its trace, and compares the run with the saved
 * one.
 */
import type { Workers } from '../api/workers.ts';
import { executeReplay, replayJob, type ReplayResult } from '../api/execute-replay.ts';
import { findReplay } from '../project/find-replay.ts';
import type { RunRecord } from '../kernel/record.ts';
import { firstDifference } from '../search/first-difference.ts';
import { printable } from '../kernel/printable.ts';
import type { Replay } from '../replay/replay-document.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Palette } from '../report/colour.ts';
import { replayDocument } from '../report/documents.ts';
import { differenceLines } from '../report/difference-lines.ts';
import { nameOfFailure } from '../report/failure-report.ts';
import { choiceLines } from '../report/shrunk-lines.ts';
import { traceLines } from '../report/trace.ts';
import { EXIT, type ExitCode, exitCodeOf, outcomeOf } from './exit-code.ts';
import type { Lines } from './output.ts';
import type { PoolFlags, Session } from './session.ts';

/** Further runs of a diverged replay, to find out whether they agree with each other. */
const FURTHER_RUNS = 3;

export async function replayCommand(session: Session, named: string, flags: PoolFlags): Promise<ExitCode> {
  const { output } = session;
  const { shown: file, project, replay, note } = findReplay(named, session.workingFolder);
  if (note !== null) output.note(note);
  const workers = session.workers({ ...flags, jobs: 1 });
  const { choices, statefulPackages = [] } = replay;
  const replayFields = { file, minimal: replay.plan.minimal === true, choices, statefulPackages };
  const result = await executeReplay(workers, project, replay, { detailed: true }, new Map());
  const { verdict } = result;
  if (verdict === 'invalid') {
    const { reason } = result;
    output.document(replayDocument({ ...replayFields, verdict, reason, digest: null, steps: 0, failure: null }));
    output.complain(`${file} is invalid: ${printable(reason)}`);
    return EXIT.usage;
  }
  const { report } = result;
  const { digest, steps, failure, records = [], printed = [] } = report;
  const { json, quiet, verbose } = output.flags;
  if (!json && !quiet) {
    output.result((palette) => [
      ...traceLines(records, { failure, verbose, printed }, palette),
      ...choiceLines(replay.plan, replay.choices, verbose),
    ]);
  }
  if (!json) {
    output.result((palette) => [...verdictLines(replay, result, palette), ...(verbose ? callLines(failure) : [])]);
  }
  if (verdict === 'diverged') {
    output.result(await explainDivergence(session, workers, replay, result, records));
  }
  output.document(replayDocument({ ...replayFields, verdict, reason: null, digest, steps, failure }));
  const outcome = outcomeOf(failure === null ? [] : [failure]);
  const nondeterminism = outcome.nondeterminism === true || verdict === 'diverged';
  return exitCodeOf({ ...outcome, nondeterminism, interrupted: session.interrupt.pressed });
}

type ValidResult = Exclude<ReplayResult, { verdict: 'invalid' }>;

function verdictLines(replay: Replay, { verdict, report }: ValidResult, palette: Palette): string[] {
  const expected = printable(replay.expected.onVariant.signature);
  const { failure } = report;
  const happened =
    failure === null
      ? 'everything held'
      : `${printable(nameOfFailure(failure))} at step ${failure.step}, t=${(failure.atMs / 1000).toFixed(1)} s: ${printable(failure.text.split('\n', 1)[0] ?? '')}`;
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
function callLines(failure: Failure | null): string[] {
  const [, ...calls] = failure?.text.split('\n') ?? [];
  return calls.map((call) => `  ${printable(call)}`);
}

async function explainDivergence(
  session: Session,
  { runner }: Workers,
  replay: Replay,
  { bundle }: ValidResult,
  records: readonly RunRecord[],
): Promise<Lines> {
  for (let run = 0; run < FURTHER_RUNS && !session.interrupt.signal.aborted; run += 1) {
    const again = await runner.run(bundle, replayJob(replay, true));
    const difference = firstDifference(records, again.records ?? []);
    if (difference === null) continue;
    return (palette) => [
      `  two new runs differ from record ${difference.index + 1} on:`,
      ...differenceLines(difference, palette),
    ];
  }
  return () => ['  new runs agree with each other: the machine differs, or the replay file was edited'];
}
