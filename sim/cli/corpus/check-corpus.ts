/**
 * `corpus check`: every file in replays/ still fails on its variant and holds on unmodified code. A
 * replay of a known bug of unmodified code, which is `open`, still fails there.
 */
import { executeReplay, type Sources } from '../../api/execute-replay.ts';
import { quoted, shownPath } from '../../project/shell-command.ts';
import { projectOf, replaysIn } from '../../project/project.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { ReplayError } from '../../replay/replay-error.ts';
import { listReplays, readReplay } from '../../replay/replay-store.ts';
import type { ReplayVerdict } from '../../replay/replay-verdict.ts';
import { printable } from '../../kernel/printable.ts';
import { corpusDocument, type CorpusFailure } from '../../report/documents/documents.ts';
import { counted } from '../../report/numbers.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { mapConcurrent } from '../map-concurrent.ts';
import type { PoolFlags, Session } from '../session.ts';

/** The verdicts that fulfil an expectation. */
const EXPECTED: Readonly<Record<'exact' | 'fixed', ReadonlySet<ReplayVerdict>>> = {
  exact: new Set(['exact', 'same-failure']),
  fixed: new Set(['fixed']),
};

export async function checkCorpus(session: Session, flags: PoolFlags): Promise<ExitCode> {
  const { output, interrupt, workingFolder } = session;
  const project = projectOf(workingFolder) ?? workingFolder;
  const folder = replaysIn(project);
  const files = listReplays(folder);
  const sources: Sources = new Map();
  let checked = 0;
  let open = 0;
  if (files.length > 0) output.note(`${counted(files.length, 'replay')} in ${shownPath(folder, workingFolder)}`);
  const failuresByFile = await mapConcurrent(flags.jobs, files, async (file): Promise<readonly CorpusFailure[]> => {
    if (interrupt.signal.aborted) return [];
    const { failures, isOpen } = await checkOne(session, flags, project, file, sources);
    checked += 1;
    if (isOpen) open += 1;
    output.progress(() => `${checked} of ${counted(files.length, 'replay')}`);
    return failures;
  });
  const failed = failuresByFile.flat();
  const interrupted = interrupt.pressed;
  output.result((palette) => [
    ...failed.map((failure) => palette.red(failureLine(session, failure))),
    ...(interrupted
      ? [palette.yellow(`interrupted: ${checked} of ${counted(files.length, 'replay')} checked, ${resultText(failed)}`)]
      : []),
    ...(output.flags.quiet || interrupted ? [] : [summary(checked, open, failed, shownPath(folder, workingFolder))]),
  ]);
  output.document(corpusDocument(checked, open, failed, interrupted));
  return exitCodeOf({
    interrupted,
    nondeterminism: failed.some(({ verdict }) => verdict === 'diverged'),
    failed: failed.length > 0,
    nothingRan: checked === 0,
  });
}

function failureLine(session: Session, { file, expected, verdict, on, reason }: CorpusFailure): string {
  const isHeld = expected === 'exact' && on === 'unmodified' && verdict === 'fixed';
  if (isHeld) return `✖ ${file}  no longer fails, but is open: ${session.command('corpus', 'close', quoted(file))}`;
  const why = reason === null ? '' : `: ${reason}`;
  return `✖ ${file}  ${verdict} on ${on === 'unmodified' ? 'unmodified code' : 'its variant'}, expected ${expected}${why}`;
}

function summary(checked: number, open: number, failed: readonly CorpusFailure[], folder: string): string {
  if (checked === 0) return `no replays in ${folder}`;
  const known = open === 0 ? '' : ` (${open} open)`;
  return `${counted(checked, 'replay')} checked${known}, ${resultText(failed)}`;
}

function resultText(failed: readonly CorpusFailure[]): string {
  return failed.length === 0 ? 'all as expected' : counted(failed.length, 'failure');
}

async function checkOne(
  session: Session,
  flags: PoolFlags,
  project: string,
  path: string,
  sources: Sources,
): Promise<{ readonly failures: readonly CorpusFailure[]; readonly isOpen: boolean }> {
  const file = shownPath(path, session.workingFolder);
  let replay: Replay;
  try {
    replay = readReplay(path, file);
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    const reason = error.message.slice(file.length + 1);
    return { failures: [{ file, expected: 'exact', verdict: 'invalid', on: 'variant', reason }], isOpen: false };
  }
  const failures: CorpusFailure[] = [];
  const isOpen = replay.variant === null && replay.state === 'open';
  const check = async (on: CorpusFailure['on'], expected: 'exact' | 'fixed'): Promise<void> => {
    const unmodified = on === 'unmodified';
    const result = await executeReplay(session.workers(flags), project, replay, { unmodified }, sources);
    const { verdict } = result;
    if (EXPECTED[expected].has(verdict)) return;
    const reason = verdict === 'invalid' ? printable(result.reason) : null;
    failures.push({ file, expected, verdict, on, reason });
  };
  // Without a variant the failure was found in unmodified code. The file guards against its return.
  if (replay.variant !== null) await check('variant', 'exact');
  if (failures.every(({ verdict }) => verdict !== 'invalid')) await check('unmodified', isOpen ? 'exact' : 'fixed');
  return { failures, isOpen };
}
