/**
 * Replay files on disk. A file is written under a temporary name and then renamed, so that no
 * reader sees half a file. A different file is never overwritten, and the same replay is never
 * stored twice.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatReplay } from './format.ts';
import { ID_LENGTH, identityOf, replayIdOf } from './replay-id.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { parseReplay } from './parse.ts';
import type { Replay } from './replay-document.ts';
import { ReplayError } from './replay-error.ts';

/** Relative to the folder of the package.json. */
export const REPLAYS_FOLDER = 'replays';

const ID_ATTEMPTS_MAX = 100;

export interface SavedReplay {
  readonly file: string;
  readonly id: string;
  /** False when the same replay existed already. */
  readonly isNew: boolean;
}

/** Saves a replay in `folder`. Throws the file system's error. */
export function saveReplay(folder: string, replay: Replay): SavedReplay {
  for (let attempt = 0; attempt < ID_ATTEMPTS_MAX; attempt += 1) {
    const id = replayIdOf(replay, attempt);
    const [taken] = filesWithId(folder, id);
    if (taken !== undefined) {
      const before = sameReplay(taken, replay);
      if (before === null) continue;
      // The same finding on newer code: later runs are compared with this one. A bug that was fixed
      // and is back stays `fixed`, so that `corpus check` reports it.
      const state = replay.variant === null ? (before.state ?? 'fixed') : undefined;
      const formerIds = mergedIds(before.formerIds, replay.formerIds);
      write(taken, formatReplay({ ...replay, id, state, formerIds }));
      return { file: taken, id, isNew: false };
    }
    const file = path.join(folder, `${nameOf(replay)}-${id}.json`);
    write(file, formatReplay({ ...replay, id }));
    return { file, id, isNew: true };
  }
  throw new ReplayError(`found no free id for another replay in ${folder}`);
}

/** Reads and checks one file. Throws ReplayError, whose message begins with `shown`. */
export function readReplay(file: string, shown: string): Replay {
  try {
    return parseReplay(readBounded(file));
  } catch (error) {
    if (error instanceof ReplayError) throw new ReplayError(`${shown} ${error.message}`);
    throw error;
  }
}

/** All replay files of a folder, sorted by name. Empty when the folder does not exist. */
export function listReplays(folder: string): string[] {
  return namesIn(folder).map((name) => path.join(folder, name));
}

/** Normally none or one. */
export function filesWithId(folder: string, id: string): string[] {
  return listReplays(folder).filter((file) => file.endsWith(`-${id}.json`));
}

/** The file of the replay that replaced the one with this id; null if there is none. */
export function replacementOf(folder: string, id: string): string | null {
  return listReplays(folder).find((file) => readIfValid(file)?.formerIds?.includes(id) === true) ?? null;
}

/** The valid replays of a folder, with their files. */
export function validReplays(folder: string): { readonly file: string; readonly replay: Replay }[] {
  return listReplays(folder).flatMap((file) => {
    const replay = readIfValid(file);
    return replay === null ? [] : [{ file, replay }];
  });
}

/** Replaces the file by the replay. Throws the file system's error. */
export function rewriteReplay(file: string, replay: Replay): void {
  write(file, formatReplay(replay));
}

/** The id in the name of a replay file, such as `no-orphans-a1b2c3.json`; null for another name. */
export function idInName(file: string): string | null {
  return /-([0-9a-f]{6})\.json$/.exec(path.basename(file))?.[1] ?? null;
}

export function isReplayId(text: string): boolean {
  return text.length === ID_LENGTH && /^[0-9a-f]+$/i.test(text);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The property's id as a file name; the verdict when no property was violated. */
function nameOf({ expected: { onVariant } }: Replay): string {
  return (onVariant.property ?? onVariant.verdict).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** The replay in the file, if it is the same finding. */
function sameReplay(file: string, replay: Replay): Replay | null {
  const saved = readIfValid(file);
  return saved !== null && identityOf(saved) === identityOf(replay) ? saved : null;
}

/** Null for an invalid file. */
function readIfValid(file: string): Replay | null {
  try {
    return parseReplay(readBounded(file));
  } catch {
    return null;
  }
}

function mergedIds(...lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const ids = [...new Set(lists.flatMap((list) => list ?? []))].slice(-REPLAY_LIMITS.formerIds);
  return ids.length === 0 ? undefined : ids;
}

function readBounded(file: string): Uint8Array {
  try {
    const status = statSync(file);
    if (!status.isFile()) throw new ReplayError('is not a file');
    // The parser reports a file that is too large; a huge one is not read for that.
    if (status.size > REPLAY_LIMITS.fileBytes) return new Uint8Array(REPLAY_LIMITS.fileBytes + 1);
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ReplayError('does not exist');
    if (code !== undefined) throw new ReplayError(`can't be read (${code})`);
    throw error;
  }
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
