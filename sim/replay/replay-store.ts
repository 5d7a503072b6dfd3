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
      if (!isSameReplay(taken, replay)) continue;
      // The same finding on newer code: later runs are compared with this one.
      write(taken, formatReplay({ ...replay, id }));
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

function isSameReplay(file: string, replay: Replay): boolean {
  try {
    return identityOf(parseReplay(readBounded(file))) === identityOf(replay);
  } catch {
    return false;
  }
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
