/**
 * The synchronous operations of `node:fs` on a FileSystem. The forms with callbacks and promises
 * are made from them.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { fileError, type FileErrorCode } from './file-errors.ts';
import { type Entry, type FileSystem, folderOf } from './file-system.ts';
import { dirent, stats } from './stats.ts';

type Options = {
  encoding?: string | null;
  flag?: string;
  recursive?: boolean;
  force?: boolean;
  withFileTypes?: boolean;
  throwIfNoEntry?: boolean;
};

/** Operations by their name without `Sync`. */
export type Operations = Readonly<Record<string, (...parameters: never[]) => unknown>>;

export function createOperations(files: FileSystem, host: AmbientHost, guard: Guard): Operations {
  const absolute = (given: unknown): string => {
    const text = given instanceof URL ? fileURLToPath(given) : Buffer.isBuffer(given) ? given.toString() : given;
    if (typeof text !== 'string') {
      const error = new TypeError(`The "path" argument must be of type string or an instance of Buffer or URL`);
      throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
    }
    return path.posix.resolve(host.state.cwd, text);
  };
  const fail = (code: FileErrorCode, syscall: string, given: unknown): never => {
    throw fileError(code, syscall, String(given));
  };
  const at = (given: unknown, syscall: string): Entry =>
    files.at(host.owner, absolute(given)) ?? fail('ENOENT', syscall, given);
  const fileAt = (given: unknown, syscall: string): Uint8Array => {
    const entry = at(given, 'open');
    if (entry.kind === 'directory') throw fileError('EISDIR', syscall);
    return (
      entry.bytes ?? guard.refuse(`node:fs readFile of ${absolute(given)}, which is too large, or code of a package`)
    );
  };
  /** The path of something that is to be made: its folder must exist. */
  const placeFor = (given: unknown, syscall: string): string => {
    const place = absolute(given);
    const folder = files.at(host.owner, folderOf(place));
    if (folder === undefined) return fail('ENOENT', syscall, given);
    return folder.kind === 'directory' ? place : fail('ENOTDIR', syscall, given);
  };
  const makeFolder = (given: unknown, { recursive = false }: Options = {}): string | undefined => {
    const place = absolute(given);
    if (files.at(host.owner, place) !== undefined) return recursive ? undefined : fail('EEXIST', 'mkdir', given);
    if (recursive && files.at(host.owner, folderOf(place)) === undefined) makeFolder(folderOf(place), { recursive });
    files.makeFolder(host.owner, placeFor(given, 'mkdir'));
    return recursive ? place : undefined;
  };
  const remove = (given: unknown, syscall: string, { recursive = false, force = false }: Options = {}): void => {
    const place = absolute(given);
    const entry = files.at(host.owner, place);
    if (entry === undefined) {
      if (!force) fail('ENOENT', syscall, given);
      return;
    }
    const names = entry.kind === 'directory' ? files.namesIn(host.owner, place) : [];
    if (names.length > 0 && !recursive) fail('ENOTEMPTY', syscall, given);
    for (const name of names) remove(path.posix.join(place, name), syscall, { recursive });
    files.remove(host.owner, place);
  };
  const writeFile = (given: unknown, data: unknown, options?: string | Options): void => {
    if (files.at(host.owner, absolute(given))?.kind === 'directory') fail('EISDIR', 'open', given);
    files.write(host.owner, placeFor(given, 'open'), bytesOf(data, options));
  };
  const readdir = (given: unknown, options?: string | Options): unknown[] => {
    const place = absolute(given);
    if (at(given, 'scandir').kind === 'file') fail('ENOTDIR', 'scandir', given);
    const { withFileTypes = false, recursive = false } = typeof options === 'object' ? options : {};
    return files.namesIn(host.owner, place).flatMap((name) => {
      const below = path.posix.join(place, name);
      const entry = files.at(host.owner, below);
      const shown = withFileTypes ? dirent(name, place, entry) : name;
      if (!recursive || entry?.kind !== 'directory') return [shown];
      const inside = readdir(below, options);
      return [shown, ...(withFileTypes ? inside : inside.map((other) => path.posix.join(name, String(other))))];
    });
  };
  const stat = (given: unknown, options?: Options): unknown => {
    const entry = files.at(host.owner, absolute(given));
    if (entry === undefined && options?.throwIfNoEntry === false) return undefined;
    return stats(entry ?? fail('ENOENT', 'stat', given));
  };

  return {
    readFile: (given: unknown, options?: string | Options) =>
      decoded(Buffer.from(fileAt(given, 'read')), typeof options === 'string' ? options : options?.encoding),
    writeFile,
    appendFile: (given: unknown, data: unknown, options?: string | Options) => {
      const before = files.at(host.owner, absolute(given)) === undefined ? new Uint8Array() : fileAt(given, 'open');
      writeFile(given, Buffer.concat([before, bytesOf(data, options)]));
    },
    access: (given: unknown) => void at(given, 'access'),
    stat,
    lstat: stat,
    readdir,
    realpath: (given: unknown) => {
      at(given, 'lstat');
      return absolute(given);
    },
    mkdir: makeFolder,
    mkdtemp: (prefix: string) => {
      const made = `${prefix}${host.fraction('fs.mkdtemp').toString(36).slice(2, 8).padEnd(6, '0')}`;
      makeFolder(made);
      return made;
    },
    rm: (given: unknown, options?: Options) => remove(given, 'lstat', options),
    rmdir: (given: unknown, options?: Options) => remove(given, 'rmdir', options),
    unlink: (given: unknown) => {
      if (at(given, 'unlink').kind === 'directory') fail('EISDIR', 'unlink', given);
      remove(given, 'unlink');
    },
    rename: (from: unknown, to: unknown) => {
      writeFile(to, fileAt(from, 'rename'));
      remove(from, 'rename');
    },
    copyFile: (from: unknown, to: unknown) => writeFile(to, fileAt(from, 'copyfile')),
    /** For `existsSync` and `exists`: no error for any argument. */
    exists: (given: unknown) => {
      try {
        return files.at(host.owner, absolute(given)) !== undefined;
      } catch {
        return false;
      }
    },
  };
}

function bytesOf(data: unknown, options?: string | Options): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return Buffer.from(String(data), (encoding ?? 'utf8') as BufferEncoding);
}

function decoded(bytes: Buffer, encoding: string | null | undefined): Buffer | string {
  return encoding === undefined || encoding === null || encoding === 'buffer'
    ? bytes
    : bytes.toString(encoding as BufferEncoding);
}
