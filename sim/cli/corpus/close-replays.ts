/**
 * `corpus close [file or id…]`: marks open replays as fixed once they hold, so that they guard
 * against the return of their bugs. Without names: all that hold.
 */
import { executeReplay, type Sources } from '../../api/execute-replay.ts';
import { findReplay, type FoundReplay } from '../../project/find-replay.ts';
import { projectOf, replaysIn } from '../../project/project.ts';
import { shownPath } from '../../project/shell-command.ts';
import { UsageError } from '../../project/usage-error.ts';
import { listReplays, rewriteReplay } from '../../replay/replay-store.ts';
import { counted } from '../../report/numbers.ts';
import { printable } from '../../kernel/printable.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts';
import type { PoolFlags, Session } from '../session.ts';

export async function closeReplays(session: Session, named: readonly string[], flags: PoolFlags): Promise<ExitCode> {
  const { output, interrupt, workingFolder } = session;
  const found = named.length === 0 ? openReplays(workingFolder) : named.map((name) => openReplay(name, workingFolder));
  const sources: Sources = new Map();
  const closed: string[] = [];
  const failing: string[] = [];
  for (const { file, shown, project, replay } of found) {
    if (interrupt.signal.aborted) break;
    const result = await executeReplay(session.workers(flags), project, replay, { unmodified: true }, sources);
    if (result.verdict === 'fixed') {
      rewriteReplay(file, { ...replay, state: 'fixed' });
      closed.push(shown);
      continue;
    }
    failing.push(shown);
    const why =
      result.verdict === 'invalid' ? `is invalid: ${printable(result.reason)}` : `still fails (${result.verdict})`;
    if (named.length > 0) output.complain(`${shown} ${why}; it stays open`);
    else output.note(`${shown} ${why}`);
  }
  output.result((palette) => [
    ...closed.map((shown) => palette.green(`✔ ${shown}  fixed`)),
    ...(output.flags.quiet ? [] : [`${counted(closed.length, 'replay')} closed, ${failing.length} still open`]),
  ]);
  output.document({ closed, open: failing, interrupted: interrupt.pressed });
  if (found.length === 0) return EXIT.nothingRan;
  return exitCodeOf({ interrupted: interrupt.pressed, failed: named.length > 0 && failing.length > 0 });
}

function openReplays(workingFolder: string): FoundReplay[] {
  const files = listReplays(replaysIn(projectOf(workingFolder) ?? workingFolder));
  return files.map((file) => findReplay(file, workingFolder)).filter(({ replay }) => replay.state === 'open');
}

/** Throws UsageError for a replay that is not open. */
function openReplay(named: string, workingFolder: string): FoundReplay {
  const found = findReplay(named, workingFolder);
  if (found.replay.state !== 'open') throw new UsageError(`${shownPath(found.file, workingFolder)} is not open`);
  return found;
}
