/**
 * Finds a replay by its file or by its id.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../kernel/printable.ts';
import type { Replay } from '../replay/replay-document.ts';
import {
  filesWithId,
  idInName,
  isReplayId,
  readReplay,
  replacementOf,
  REPLAYS_FOLDER,
} from '../replay/replay-store.ts';
import { shownPath } from './shell-command.ts';
import { isFileInside, projectOf, replaysIn } from './project.ts';
import { UsageError } from './usage-error.ts';

export interface FoundReplay {
  readonly file: string;
  /** The path as shown to the user: relative to the working folder, ready to paste. */
  readonly shown: string;
  readonly project: string;
  readonly replay: Replay;
  /** One line, if a smaller replay has replaced the one that was asked for; else null. */
  readonly note: string | null;
}

const ADVICE = 'give its file, or its id of 6 hexadecimal digits';

/** Throws UsageError for an unknown replay, ReplayError for an invalid file. */
export function findReplay(fileOrId: string, workingFolder: string): FoundReplay {
  if (fileOrId.trim() === '') throw new UsageError(`no replay given; ${ADVICE}`);
  const { file, replaced } = placeOf(fileOrId, workingFolder);
  if (!existsSync(file)) throw new UsageError(`replay not found: ${printable(fileOrId)}; ${ADVICE}`);
  const shown = printable(shownPath(file, workingFolder));
  const replay = readReplay(file, shown);
  const note = replaced === null ? null : `${replaced} was replaced by the smaller ${replay.id}`;
  return { file, shown, project: projectFor(file, replay, workingFolder), replay, note };
}

interface Place {
  readonly file: string;
  /** The id that was asked for, if a smaller replay has replaced it; else null. */
  readonly replaced: string | null;
}

function placeOf(fileOrId: string, workingFolder: string): Place {
  const asFile = path.resolve(workingFolder, fileOrId);
  if (statSync(asFile, { throwIfNoEntry: false })?.isFile() === true) return { file: asFile, replaced: null };
  if (!isReplayId(fileOrId))
    return replacedPlace(path.dirname(asFile), idInName(asFile)) ?? { file: asFile, replaced: null };
  const folder = replaysIn(projectOf(workingFolder) ?? workingFolder);
  const id = fileOrId.toLowerCase();
  const [first, second] = filesWithId(folder, id);
  if (second !== undefined) throw new UsageError(`several replays have the id ${fileOrId}; give the file instead`);
  const place = first === undefined ? replacedPlace(folder, id) : { file: first, replaced: null };
  if (place === null) throw new UsageError(`replay not found: ${fileOrId} in ${shownPath(folder, workingFolder)}`);
  return place;
}

/** The place of the replay that has replaced the one with that id; null if there is none. */
function replacedPlace(folder: string, id: string | null): Place | null {
  const file = id === null ? null : replacementOf(folder, id);
  return file === null ? null : { file, replaced: id };
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
