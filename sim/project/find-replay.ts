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
  /** Relative to the working folder, so that it can be pasted. */
  readonly shown: string;
  readonly project: string;
  readonly replay: Replay;
}

const ADVICE = 'give its file, or its id of 6 hexadecimal digits';

/** Throws UsageError when it is not found, ReplayError when the file is not a valid replay. */
export function findReplay(named: string, workingFolder: string): FoundReplay {
  if (named.trim() === '') throw new UsageError(`no replay given; ${ADVICE}`);
  const file = fileOf(named, workingFolder);
  if (!existsSync(file)) throw new UsageError(`replay not found: ${printable(named)}; ${ADVICE}`);
  const shown = printable(shownPath(file, workingFolder));
  const replay = readReplay(file, shown);
  return { file, shown, project: projectFor(file, replay, workingFolder), replay };
}

function fileOf(named: string, workingFolder: string): string {
  const asFile = path.resolve(workingFolder, named);
  if (!isReplayId(named) || statSync(asFile, { throwIfNoEntry: false })?.isFile() === true) return asFile;
  const folder = replaysIn(projectOf(workingFolder) ?? workingFolder);
  const [first, second] = filesWithId(folder, named.toLowerCase());
  if (first === undefined) throw new UsageError(`replay not found: ${named} in ${shownPath(folder, workingFolder)}`);
  if (second !== undefined) throw new UsageError(`several replays have the id ${named}; give the file`);
  return first;
}

/** A file in a package's own folder of replays belongs there; any other to the package that the command is called in. */
function projectFor(file: string, { scenario }: Replay, workingFolder: string): string {
  const folder = path.dirname(file);
  const home = path.dirname(folder);
  const isHome = path.basename(folder) === REPLAYS_FOLDER && (projectOf(home) === home || isFileInside(home, scenario));
  return isHome ? home : (projectOf(workingFolder) ?? workingFolder);
}
