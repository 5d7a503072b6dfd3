/**
 * Replay files on disk. A file is written beside its place and moved there, so that nobody sees half of one; a different file is
 * never overwritten, and the same replay is never there twice.
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

/** Within the folder of the package.json. */
export const REPLAYS_FOLDER = 'replays';

const ID_ATTEMPTS_MAX = 100;

export interface SavedReplay {
  readonly file: string;
  readonly id: string;
  /** False when the same replay was there already. */
  readonly isNew: boolean;
}

/** Saves a replay in `folder`. Throws the file system's error. */
export function saveReplay(folder: string, replay: Replay): SavedReplay {
  for (let attempt = 0; attempt < ID_ATTEMPTS_MAX; attempt += 1) {
    const id = replayIdOf(replay, attempt);
    const [taken] = filesWithId(folder, id);
    if (taken !== undefined) {
      if (!isSameReplay(taken, replay)) continue;
      // The same finding on newer code: what is seen now is what the next reader wants to compare with.
      write(taken, formatReplay({ ...replay, id }));
      return { file: taken, id, isNew: false };
    }
    const file = path.join(folder, `${nameOf(replay)}-${id}.json`);
    write(file, formatReplay({ ...replay, id }));
    return { file, id, isNew: true };
  }
  throw new ReplayError(`no free id for another replay in ${folder}`);
}

/** Reads and checks one file. Throws ReplayError, with the name `shown` in front. */
export function readReplay(file: string, shown: string): Replay {
  try {
    return parseReplay(readBounded(file));
  } catch (error) {
    if (error instanceof ReplayError) throw new ReplayError(`${shown} ${error.message}`);
    throw error;
  }
}

/** All replay files of a folder, sorted by name. None when there is no such folder. */
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

/** `<property>-<id>.json`, and the verdict where no property was violated. */
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
    // Said by the parser for what is a little too large; a huge file is not even read.
    if (status.size > REPLAY_LIMITS.fileBytes) return new Uint8Array(REPLAY_LIMITS.fileBytes + 1);
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ReplayError('is not there');
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
