/** A copy of the repository to run commands in, so that nothing they leave behind stays. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './repository.ts';

const COPIED = ['core', 'sim', 'properties', 'bench', 'docs', 'examples', 'package.json', 'tsconfig.json'];

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class Shell {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-docs-'));

  constructor() {
    for (const name of COPIED) cpSync(path.join(root, name), path.join(this.folder, name), { recursive: true });
    const packages = path.join(root, 'node_modules');
    mkdirSync(path.join(this.folder, 'node_modules'));
    // The copy keeps its own bundles in its own cache.
    for (const name of readdirSync(packages).filter((one) => one !== '.cache'))
      symlinkSync(path.join(packages, name), path.join(this.folder, 'node_modules', name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(command: string, folder = ''): Promise<Ended> {
    const child = this.start(command, {}, folder);
    let output = '';
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  }

  start(command: string, variables: Readonly<Record<string, string>> = {}, folder = ''): ChildProcess {
    return spawn('bash', ['-c', command], {
      cwd: path.join(this.folder, folder),
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }
}
