/**
 * A snapshot of the files that a main module may read: the project's own, and those of packages
 * that look for them. Code that is bundled, hidden folders and what tools write are left out.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Snapshot } from '../ambient/files/file-system.ts';
import { LoadError } from './errors.ts';
import { simulatedPath } from './project-root.ts';

const FILES_MAX = 2000;
const FILE_BYTES_MAX = 2 ** 20;
const BYTES_MAX = 2 ** 24;
const PACKAGES_FILES_MAX = 2000;
const PACKAGES_BYTES_MAX = 2 ** 22;

const CODE = /\.[cm]?js$/;
const LEFT_OUT_FOLDER = /^(?:node_modules|coverage|replays|\..+)$/;
const LEFT_OUT_FILE =
  /\.(?:[cm]?tsx?|[cm]?jsx|map|md|log|node|tgz|tsbuildinfo)$|^(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$/;

/**
 * The files of a project, and of packages in `packageFolders`. Only the size is kept of larger
 * files, of those beyond the limits, and of the code of packages. Throws LoadError for a folder
 * that cannot be read.
 */
export function projectFilesIn(root: string, packageFolders: Iterable<string>): Snapshot {
  // What a native addon has compiled depends on the machine.
  const isNative = (folder: string): boolean => existsSync(path.join(folder, 'binding.gyp'));
  const packages = [...new Set(packageFolders)].filter((folder) => !isNative(folder)).sort();
  return new Map([
    ...filesIn([root], root, { filesMax: FILES_MAX, bytesMax: BYTES_MAX, onlySize: null }),
    ...filesIn(packages, root, { filesMax: PACKAGES_FILES_MAX, bytesMax: PACKAGES_BYTES_MAX, onlySize: CODE }),
  ]);
}

interface Limits {
  readonly filesMax: number;
  readonly bytesMax: number;
  /** Names of files whose content is not kept. */
  readonly onlySize: RegExp | null;
}

function filesIn(folders: readonly string[], root: string, { filesMax, bytesMax, onlySize }: Limits): Snapshot {
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
      const isKept =
        files.size < filesMax &&
        size <= FILE_BYTES_MAX &&
        bytes + size <= bytesMax &&
        onlySize?.test(entry.name) !== true;
      if (isKept) bytes += size;
      files.set(simulatedPath(root, file), isKept ? new Uint8Array(readFileSync(file)) : size);
    }
  };
  for (const folder of folders) visit(folder);
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new LoadError(`${folder}: ${(error as Error).message}`);
  }
}
