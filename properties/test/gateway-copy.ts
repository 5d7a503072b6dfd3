/**
 * A copy of the gateway, its scenarios and perhaps one of its replays in a temporary folder, to be
 * edited like by a developer.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReplay } from '../../sim/replay/parse.ts';
import type { Replay } from '../../sim/replay/replay-document.ts';

const root = new URL('../..', import.meta.url).pathname;

export class GatewayCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-gateway-'));
  readonly #replay: string;

  /** `replay` is the name of a file in replays/. */
  constructor(replay = '') {
    const isWanted = (file: string): boolean => !file.endsWith('.test.ts');
    for (const name of ['core', 'properties', 'sim/kernel/fifo.ts', 'package.json'])
      cpSync(path.join(root, name), path.join(this.folder, name), { recursive: true, filter: isWanted });
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
    this.#importPackage('properties');
    mkdirSync(path.join(this.folder, 'replays'));
    this.#replay = replay;
    if (replay !== '') cpSync(path.join(root, 'replays', replay), this.replayFile);
  }

  get replayFile(): string {
    return path.join(this.folder, 'replays', this.#replay);
  }

  /** Lets the files below a folder import the package by its name: it is not part of the copy. */
  #importPackage(folder: string): void {
    for (const name of readdirSync(path.join(this.folder, folder), { recursive: true, encoding: 'utf8' })) {
      const file = path.join(this.folder, folder, name);
      if (!name.endsWith('.ts')) continue;
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/'(?:\.\.\/)+sim\/index\.ts'/g, "'seedstorm'"));
    }
  }

  edit(file: string, find: string | RegExp, put: string): void {
    const target = path.join(this.folder, file);
    const before = readFileSync(target, 'utf8');
    const after = before.replace(find, put);
    if (after === before) throw new Error(`${file} has no ${String(find)}`);
    writeFileSync(target, after);
  }

  editReplay(find: string | RegExp, put: string): void {
    this.edit(path.relative(this.folder, this.replayFile), find, put);
  }

  read(): Replay {
    return parseReplay(readFileSync(this.replayFile));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
