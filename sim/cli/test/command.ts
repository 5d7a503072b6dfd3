/** The command line as users start it, in a temporary folder with a copy of the fixture. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../start.js', import.meta.url));
const fixture = fileURLToPath(new URL('./fixture', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-cli-'));

  constructor() {
    cpSync(fixture, this.folder, { recursive: true, filter: (file) => path.basename(file) !== 'replays' });
    for (const file of ['scenario.ts', 'system.ts']) this.edit(file, /'(\.\.\/)+index\.ts'/g, "'seedstorm'");
  }

  edit(file: string, find: RegExp | string, put: string): void {
    const before = readFileSync(path.join(this.folder, file), 'utf8');
    const after = before.replaceAll(find, put);
    if (after === before) throw new Error(`${file} has no ${String(find)}`);
    this.write(file, after);
  }

  write(file: string, text: string): string {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
    return file;
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  list(folder: string): string[] {
    return readdirSync(path.join(this.folder, folder)).sort();
  }

  /** `stdoutTo`: a file descriptor to write to instead. */
  start(
    parameters: readonly string[],
    environment: Record<string, string> = {},
    stdoutTo: 'pipe' | number = 'pipe',
  ): Started {
    const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
    const child = spawn(process.execPath, [launcher, ...parameters], {
      cwd: this.folder,
      env: { ...inherited, ...environment },
      stdio: ['ignore', stdoutTo, 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  run(...parameters: string[]): Promise<Ended> {
    return this.start(parameters).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
