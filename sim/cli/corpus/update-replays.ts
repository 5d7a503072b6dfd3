/**
 * `corpus update [file or id…]`: writes replays that fail as they did, on code that has changed,
 * anew with today's code and run, so that later runs are compared with these. Without names: all.
 * No replay is written that fails in another way, or no longer.
 */
import { executeReplay, type ReplayResult, type Sources } from '../../api/execute-replay.ts';
import { findReplay, type FoundReplay } from '../../project/find-replay.ts';
import { projectOf, replaysIn } from '../../project/project.ts';
import { simulatorVersion } from '../../project/simulator.ts';
import { shownPath } from '../../project/shell-command.ts';
import { renewedReplay } from '../../replay/create-replay.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { ReplayError } from '../../replay/replay-error.ts';
import { listReplays, rewriteReplay } from '../../replay/replay-store.ts';
import { counted } from '../../report/numbers.ts';
import { printable } from '../../kernel/printable.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts';
import type { PoolFlags, Session } from '../session.ts';

export async function updateReplays(session: Session, named: readonly string[], flags: PoolFlags): Promise<ExitCode> {
  const { output, interrupt, workingFolder } = session;
  const folder = replaysIn(projectOf(workingFolder) ?? workingFolder);
  const names = named.length === 0 ? listReplays(folder) : named;
  const sources: Sources = new Map();
  const updated: string[] = [];
  const failed: string[] = [];
  let unchanged = 0;
  const refuse = (shown: string, why: string): void => {
    failed.push(shown);
    output.complain(`${shown} ${why}; it is left as it was`);
  };
  for (const name of names) {
    if (interrupt.signal.aborted) break;
    let found: FoundReplay;
    try {
      found = findReplay(name, workingFolder);
    } catch (error) {
      // A name that was given is wrong; a file of the folder is one of many.
      if (named.length > 0 || !(error instanceof ReplayError)) throw error;
      refuse(shownPath(name, workingFolder), 'is invalid: see `corpus check`');
      continue;
    }
    const { file, shown, project, replay } = found;
    const result = await executeReplay(session.workers(flags), project, replay, {}, sources);
    const change = changeOf(replay, result);
    if (change === null) unchanged += 1;
    else if (typeof change === 'string') refuse(shown, `${change}: ${session.command('replay', shown)}`);
    else {
      rewriteReplay(file, change);
      updated.push(shown);
    }
  }
  output.result((palette) => [
    ...updated.map((shown) => palette.green(`✔ ${shown}  updated`)),
    ...(output.flags.quiet
      ? []
      : [`${counted(updated.length, 'replay')} updated, ${unchanged} unchanged, ${failed.length} not possible`]),
  ]);
  output.document({ updated, unchanged, failed, interrupted: interrupt.pressed });
  if (names.length === 0) return EXIT.nothingRan;
  return exitCodeOf({ interrupted: interrupt.pressed, failed: failed.length > 0 });
}

/** The replay of today, null if the file says what is true, and otherwise why it can't be had. */
function changeOf(replay: Replay, result: ReplayResult): Replay | string | null {
  if (result.verdict === 'invalid') return `is invalid (${printable(result.reason)})`;
  const { failure, digest } = result.report;
  const isGuard = replay.variant === null && replay.state !== 'open';
  if (isGuard && result.verdict === 'fixed') return null;
  if (failure === null) return 'no longer fails';
  if (result.verdict !== 'exact' && result.verdict !== 'same-failure')
    return `fails in another way (${result.verdict})`;
  const { codeHash } = result.bundle;
  const savedWith = simulatorVersion();
  const now = renewedReplay(replay, { codeHash, failure, digest, savedWith, nodeVersion: process.versions.node });
  const isSame = now.codeHash === replay.codeHash && now.digest === replay.digest && now.node === replay.node;
  return isSame ? null : now;
}
