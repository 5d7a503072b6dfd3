/**
 * `replay <file or id>`: one run, its trace, and how it compares with what was saved.
 */
import type { Workers } from '../api/workers.ts';
import { executeReplay, replayJob, type ReplayResult } from '../api/execute-replay.ts';
import { findReplay } from '../project/find-replay.ts';
import type { RunRecord } from '../kernel/record.ts';
import { firstDifference } from '../search/first-difference.ts';
import { printable } from '../kernel/printable.ts';
import type { Replay } from '../replay/replay-document.ts';
import type { Palette } from '../report/colour.ts';
import { replayDocument } from '../report/documents.ts';
import { differenceLines } from '../report/difference-lines.ts';
import { nameOfFailure } from '../report/failure-report.ts';
import { choiceLines } from '../report/shrunk-lines.ts';
import { traceLines } from '../report/trace.ts';
import { EXIT, type ExitCode, exitCodeOf, seenIn } from './exit-code.ts';
import type { Lines } from './output.ts';
import type { PoolFlags, Session } from './session.ts';

/** Further runs of a replay that diverged, to see whether they at least agree with each other. */
const FURTHER_RUNS = 3;

export async function replayCommand(session: Session, named: string, flags: PoolFlags): Promise<ExitCode> {
  const { output } = session;
  const { shown: file, project, replay } = findReplay(named, session.workingFolder);
  const workers = session.workers({ ...flags, jobs: 1 });
  const told = { file, plain: replay.plan.minimal === true, choices: replay.choices };
  const result = await executeReplay(workers, project, replay, { detailed: true }, new Map());
  const { verdict } = result;
  if (verdict === 'invalid') {
    const { reason } = result;
    output.document(replayDocument({ ...told, verdict, reason, digest: null, steps: 0, failure: null }));
    output.complain(`${file} is unreplayable: ${printable(reason)}`);
    return EXIT.usage;
  }
  const { report } = result;
  const { digest, steps, failure, records = [], printed = [] } = report;
  const { json, quiet, verbose } = output.flags;
  if (!json && !quiet) {
    output.result((palette) => [
      ...traceLines(records, { failure, verbose, printed }, palette),
      ...choiceLines(replay.plan, replay.choices),
    ]);
  }
  if (!json) output.result((palette) => verdictLines(replay, result, palette));
  if (verdict === 'diverged') {
    const explain = await explainDivergence(session, workers, replay, result, records);
    output.result(explain);
  }
  output.document(replayDocument({ ...told, verdict, reason: null, digest, steps, failure }));
  const seen = seenIn(failure === null ? [] : [failure]);
  const nondeterminism = seen.nondeterminism === true || verdict === 'diverged';
  return exitCodeOf({ ...seen, nondeterminism, interrupted: session.interrupt.pressed });
}

type Ran = Exclude<ReplayResult, { verdict: 'invalid' }>;

function verdictLines(replay: Replay, { verdict, report }: Ran, palette: Palette): string[] {
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
      return [palette.red(`✖ drifted: the code is another, the failure the same; ${happened}`)];
    case 'fixed':
      return [palette.green(`✔ gone: ${expected} is not seen any more`)];
    case 'different-failure':
      return [palette.red(`✖ other: not ${expected}, but ${happened}`)];
    case 'diverged':
      return [
        palette.red(
          `✖ diverged: the same code, another run (digest ${report.digest}, saved ${replay.digest}); ${happened}`,
        ),
      ];
  }
}

async function explainDivergence(
  session: Session,
  { runner }: Workers,
  replay: Replay,
  { bundle }: Ran,
  records: readonly RunRecord[],
): Promise<Lines> {
  for (let run = 0; run < FURTHER_RUNS && !session.interrupt.signal.aborted; run += 1) {
    const again = await runner.run(bundle, replayJob(replay, true));
    const difference = firstDifference(records, again.records ?? []);
    if (difference === null) continue;
    return (palette) => [
      `  two runs made now part at record ${difference.index + 1}:`,
      ...differenceLines(difference, palette),
    ];
  }
  return () => [
    '  runs made now agree with each other; what differs is the machine, or a file that was changed by hand',
  ];
}
