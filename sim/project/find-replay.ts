/**
 * Finds a replay by its file or by its id.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../kernel/printable.ts';
import type { Replay } from '../replay/replay-document.ts';
import { filesWithId, isReplayId, readReplay, REPLAYS_FOLDER } from '../replay/replay-store.ts';
import { shownPath } from './shell-command.ts';
import { isFileInside, projectOf, replaysIn } from './project.ts';
import { UsageError } from './usage-error.ts';

export interface FoundReplay {
  readonly file: string;
  /** The path as shown to the user: relative to the working folder, ready to paste. */
  readonly shown: string;
  readonly project: string;
  readonly replay: Replay;
}

const ADVICE = 'give its file, or its id of 6 hexadecimal digits';

/** Throws UsageError for an unknown replay, ReplayError for an invalid file. */
export function findReplay(fileOrId: string, workingFolder: string): FoundReplay {
  if (fileOrId.trim() === '') throw new UsageError(`no replay given; ${ADVICE}`);
  const file = fileOf(fileOrId, workingFolder);
  if (!existsSync(file)) throw new UsageError(`replay not found: ${printable(fileOrId)}; ${ADVICE}`);
  const shown = printable(shownPath(file, workingFolder));
  const replay = readReplay(file, shown);
  return { file, shown, project: projectFor(file, replay, workingFolder), replay };
}

function fileOf(fileOrId: string, workingFolder: string): string {
  const asFile = path.resolve(workingFolder, fileOrId);
  if (!isReplayId(fileOrId) || statSync(asFile, { throwIfNoEntry: false })?.isFile() === true) return asFile;
  const folder = replaysIn(projectOf(workingFolder) ?? workingFolder);
  const [first, second] = filesWithId(folder, fileOrId.toLowerCase());
  if (first === undefined) throw new UsageError(`replay not found: ${fileOrId} in ${shownPath(folder, workingFolder)}`);
  if (second !== undefined) throw new UsageError(`several replays have the id ${fileOrId}; give the file instead`);
  return first;
}

/**
 * The package of a replay: that of its folder `replays`, if it is in one, else that of the working
 * folder.
 */
function projectFor(file: string, { scenario }: Replay, workingFolder: string): string {
  const folder = path.dirname(file);
  const home = path.dirname(folder);
  const isHome = path.basename(folder) === REPLAYS_FOLDER && (projectOf(home) === home || isFileInside(home, scenario));
  return isHome ? home : (projectOf(workingFolder) ?? workingFolder);
}
