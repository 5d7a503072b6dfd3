/**
 * The files of the processes of one system: a snapshot that all of them read, and over it what each
 * process has written. Nothing that a process writes outlives it.
 */

/**
 * Contents by path, as processes see it: `/app/public/index.html`. Of a file whose content is not
 * part of the snapshot, its size.
 */
export type Snapshot = ReadonlyMap<string, Uint8Array | number>;

export interface Entry {
  readonly kind: 'file' | 'directory';
  readonly size: number;
  /** Null for a directory, and for a file of which only the size is known. */
  readonly bytes: Uint8Array | null;
}

/** As Linux shows it. */
const DIRECTORY_BYTES = 4096;
const DIRECTORY: Entry = { kind: 'directory', size: DIRECTORY_BYTES, bytes: null };
const NOTHING: ReadonlySet<string> = new Set();

/** Folders that exist without a file in them. */
const ALWAYS = ['/', '/app', '/tmp'];

export class FileSystem {
  readonly #entries = new Map<string, Entry>();
  /** Names in each folder of the snapshot. */
  readonly #names = new Map<string, Set<string>>();
  /** What a process has written, by its owner; null for a path that it has removed. */
  readonly #written = new WeakMap<object, Map<string, Entry | null>>();

  constructor(files: Snapshot) {
    for (const folder of ALWAYS) this.#addFolder(folder);
    for (const [path, content] of files) {
      this.#addFolder(folderOf(path));
      this.#names.get(folderOf(path))?.add(nameOf(path));
      this.#entries.set(
        path,
        typeof content === 'number' ? { kind: 'file', size: content, bytes: null } : fileOf(content),
      );
    }
  }

  /** Undefined for a path that does not exist. `path` is absolute and normal, as all paths here. */
  at(owner: object, path: string): Entry | undefined {
    const written = this.#written.get(owner)?.get(path);
    return written === undefined ? this.#entries.get(path) : (written ?? undefined);
  }

  /** The names in a folder, sorted. */
  namesIn(owner: object, folder: string): string[] {
    const names = new Set(this.#names.get(folder) ?? NOTHING);
    for (const [path, entry] of this.#written.get(owner) ?? []) {
      if (path === folder || folderOf(path) !== folder) continue;
      if (entry === null) names.delete(nameOf(path));
      else names.add(nameOf(path));
    }
    return [...names].sort();
  }

  write(owner: object, path: string, bytes: Uint8Array): void {
    this.#writtenBy(owner).set(path, fileOf(bytes));
  }

  makeFolder(owner: object, path: string): void {
    this.#writtenBy(owner).set(path, DIRECTORY);
  }

  /** Removes a file, or a folder that is empty. */
  remove(owner: object, path: string): void {
    this.#writtenBy(owner).set(path, null);
  }

  #writtenBy(owner: object): Map<string, Entry | null> {
    const written = this.#written.get(owner) ?? new Map<string, Entry | null>();
    this.#written.set(owner, written);
    return written;
  }

  #addFolder(path: string): void {
    if (this.#entries.has(path)) return;
    this.#entries.set(path, DIRECTORY);
    this.#names.set(path, new Set());
    if (path === '/') return;
    this.#addFolder(folderOf(path));
    this.#names.get(folderOf(path))?.add(nameOf(path));
  }
}

function fileOf(bytes: Uint8Array): Entry {
  return { kind: 'file', size: bytes.length, bytes };
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
