/**
 * A snapshot of the files that a main module may read: the project's own, without code that is
 * bundled, installed packages, hidden folders and what tools write.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Snapshot } from '../ambient/files/file-system.ts';
import { APP_FOLDER } from '../system/program.ts';
import { LoadError } from './errors.ts';
import { relativeTo } from './project-root.ts';

const FILES_MAX = 2000;
const FILE_BYTES_MAX = 2 ** 20;
const BYTES_MAX = 2 ** 24;

const LEFT_OUT_FOLDER = /^(?:node_modules|coverage|replays|\..+)$/;
const LEFT_OUT_FILE =
  /\.(?:[cm]?tsx?|[cm]?jsx|map|md|log|tgz|tsbuildinfo)$|^(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$/;

/**
 * The files below a folder. Of larger files, and of those beyond the limits, only the size is kept.
 * Throws LoadError for a folder that cannot be read.
 */
export function projectFilesIn(folder: string): Snapshot {
  const files = new Map<string, Uint8Array | number>();
  let bytes = 0;
  const visit = (current: string): void => {
    for (const entry of entriesOf(current)) {
      const file = path.join(current, entry.name);
      if (entry.isDirectory()) {
        if (!LEFT_OUT_FOLDER.test(entry.name)) visit(file);
        continue;
      }
      if (!entry.isFile() || LEFT_OUT_FILE.test(entry.name)) continue;
      const { size } = lstatSync(file);
      const isKept = files.size < FILES_MAX && size <= FILE_BYTES_MAX && bytes + size <= BYTES_MAX;
      if (isKept) bytes += size;
      files.set(`${APP_FOLDER}/${relativeTo(folder, file)}`, isKept ? new Uint8Array(readFileSync(file)) : size);
    }
  };
  visit(folder);
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new LoadError(`${folder}: ${(error as Error).message}`);
  }
}
