/**
 * `corpus check`: every file in replays/ still fails on its variant and holds on unmodified code.
 */
import { executeReplay, type Sources } from '../api/execute-replay.ts';
import { shownPath } from '../project/shell-command.ts';
import { projectOf, replaysIn } from '../project/project.ts';
import type { Replay } from '../replay/replay-document.ts';
import { ReplayError } from '../replay/replay-error.ts';
import { listReplays, readReplay } from '../replay/replay-store.ts';
import type { ReplayVerdict } from '../replay/replay-verdict.ts';
import { printable } from '../kernel/printable.ts';
import { corpusDocument, type CorpusFailure } from '../report/documents.ts';
import { counted } from '../report/numbers.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { PoolFlags, Session } from './session.ts';

const ON_VARIANT: ReadonlySet<ReplayVerdict> = new Set(['exact', 'same-failure']);
const ON_UNMODIFIED: ReadonlySet<ReplayVerdict> = new Set(['fixed']);

export async function corpusCommand(session: Session, flags: PoolFlags): Promise<ExitCode> {
  const { output, interrupt, workingFolder } = session;
  const project = projectOf(workingFolder) ?? workingFolder;
  const folder = replaysIn(project);
  const files = listReplays(folder);
  const sources: Sources = new Map();
  let checked = 0;
  if (files.length > 0) output.note(`${counted(files.length, 'replay')} in ${shownPath(folder, workingFolder)}`);
  const failuresByFile = await mapConcurrent(flags.jobs, files, async (file): Promise<readonly CorpusFailure[]> => {
    if (interrupt.signal.aborted) return [];
    const failures = await checkOne(session, flags, project, file, sources);
    checked += 1;
    output.progress(() => `${checked} of ${counted(files.length, 'replay')}`);
    return failures;
  });
  const failed = failuresByFile.flat();
  const interrupted = interrupt.pressed;
  output.result((palette) => [
    ...failed.map(({ file, expected, verdict, on, reason }) => {
      const why = reason === null ? '' : `: ${reason}`;
      return palette.red(
        `✖ ${file}  ${verdict} on ${on === 'unmodified' ? 'unmodified code' : 'its variant'}, expected ${expected}${why}`,
      );
    }),
    ...(interrupted
      ? [palette.yellow(`interrupted: ${checked} of ${counted(files.length, 'replay')} checked, ${resultText(failed)}`)]
      : []),
    ...(output.flags.quiet || interrupted ? [] : [summary(checked, failed, shownPath(folder, workingFolder))]),
  ]);
  output.document(corpusDocument(checked, failed, interrupted));
  return exitCodeOf({
    interrupted,
    nondeterminism: failed.some(({ verdict }) => verdict === 'diverged'),
    failed: failed.length > 0,
    nothingRan: checked === 0,
  });
}

function summary(checked: number, failed: readonly CorpusFailure[], folder: string): string {
  if (checked === 0) return `no replays in ${folder}`;
  return `${counted(checked, 'replay')} checked, ${resultText(failed)}`;
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
): Promise<CorpusFailure[]> {
  const file = shownPath(path, session.workingFolder);
  let replay: Replay;
  try {
    replay = readReplay(path, file);
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    const reason = error.message.slice(file.length + 1);
    return [{ file, expected: 'exact', verdict: 'invalid', on: 'variant', reason }];
  }
  const failures: CorpusFailure[] = [];
  const check = async (on: CorpusFailure['on']): Promise<void> => {
    const unmodified = on === 'unmodified';
    const result = await executeReplay(session.workers(flags), project, replay, { unmodified }, sources);
    const { verdict } = result;
    if ((unmodified ? ON_UNMODIFIED : ON_VARIANT).has(verdict)) return;
    const reason = verdict === 'invalid' ? printable(result.reason) : null;
    failures.push({ file, expected: unmodified ? 'fixed' : 'exact', verdict, on, reason });
  };
  // Without a variant the failure was found in unmodified code. The file guards against its return.
  if (replay.variant !== null) await check('variant');
  if (failures.every(({ verdict }) => verdict !== 'invalid')) await check('unmodified');
  return failures;
}
