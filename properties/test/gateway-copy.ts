/**
 * A copy of the gateway, its scenario and one of its replays in a temporary folder, to be edited
 * like by a developer.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReplay } from '../../sim/replay/parse.ts';
import type { Replay } from '../../sim/replay/replay-document.ts';

const root = new URL('../..', import.meta.url).pathname;

export class GatewayCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-gateway-'));
  readonly replayFile: string;

  /** `replay` is the name of a file in replays/. */
  constructor(replay: string) {
    const isWanted = (file: string): boolean => !file.endsWith('.test.ts');
    for (const name of ['core', 'properties', 'package.json'])
      cpSync(path.join(root, name), path.join(this.folder, name), { recursive: true, filter: isWanted });
    for (const name of ['sim', 'node_modules']) symlinkSync(path.join(root, name), path.join(this.folder, name));
    mkdirSync(path.join(this.folder, 'replays'));
    this.replayFile = path.join(this.folder, 'replays', replay);
    cpSync(path.join(root, 'replays', replay), this.replayFile);
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
