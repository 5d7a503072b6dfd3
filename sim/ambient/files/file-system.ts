/**
 * The files of the processes of one system: a snapshot that all of them read, and over it what each
 * process has written. Nothing that a process writes outlives it.
 */

export interface Entry {
  readonly kind: 'file' | 'directory';
  /** Empty for a directory. */
  readonly bytes: Uint8Array;
}

const DIRECTORY: Entry = { kind: 'directory', bytes: new Uint8Array() };
const NOTHING: ReadonlySet<string> = new Set();

/** Folders that exist without a file in them. */
const ALWAYS = ['/', '/app', '/tmp'];

export class FileSystem {
  readonly #entries = new Map<string, Entry>();
  /** Names in each folder of the snapshot. */
  readonly #names = new Map<string, Set<string>>();
  /** What a process has written, by its owner; null for a path that it has removed. */
  readonly #written = new WeakMap<object, Map<string, Entry | null>>();

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    for (const folder of ALWAYS) this.#addFolder(folder);
    for (const [path, bytes] of files) {
      this.#addFolder(folderOf(path));
      this.#names.get(folderOf(path))?.add(nameOf(path));
      this.#entries.set(path, { kind: 'file', bytes });
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
    this.#writtenBy(owner).set(path, { kind: 'file', bytes });
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

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
