/** `fs.Stats` and `fs.Dirent` of simulated files. */
import fs from 'node:fs';
import type { Entry } from './file-system.ts';

/** 2026-01-01T00:00:00Z, the time of every file: caches and ETags must not depend on a machine. */
const WRITTEN_AT_MS = 1_767_225_600_000;

const FILE_MODE = 0o100_644;
const FOLDER_MODE = 0o40_755;
const BLOCK_BYTES = 4096;

export function stats({ kind, size }: Entry): object {
  const times = Object.fromEntries(
    ['atime', 'mtime', 'ctime', 'birthtime'].flatMap((name) => [
      [name, new Date(WRITTEN_AT_MS)],
      [`${name}Ms`, WRITTEN_AT_MS],
    ]),
  );
  return Object.assign(Object.create(fs.Stats.prototype) as object, {
    dev: 1,
    mode: kind === 'file' ? FILE_MODE : FOLDER_MODE,
    nlink: 1,
    uid: 1000,
    gid: 1000,
    rdev: 0,
    blksize: BLOCK_BYTES,
    ino: 1,
    size,
    blocks: Math.ceil(size / 512),
    ...times,
  });
}

export function dirent(name: string, folder: string, entry: Entry | undefined): object {
  const isFolder = entry?.kind === 'directory';
  return {
    name,
    parentPath: folder,
    path: folder,
    isFile: () => !isFolder,
    isDirectory: () => isFolder,
    isSymbolicLink: () => false,
    isBlockDevice: () => false,
    isCharacterDevice: () => false,
    isFIFO: () => false,
    isSocket: () => false,
  };
}
