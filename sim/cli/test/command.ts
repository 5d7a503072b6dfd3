/** The command line as users start it, in a temporary folder with a copy of the fixture. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../start.js', import.meta.url));
const host = fileURLToPath(new URL('./host.js', import.meta.url));
const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));
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

/** The global object, which code inside a simulation reaches by this way only. */
const REAL_GLOBAL = "((() => 0).constructor('return this')() as typeof globalThis)";

let hosted: ChildProcess | null = null;
const waiting: { resolve: (ended: Ended) => void; reject: (reason: Error) => void }[] = [];

function inHost(
  parameters: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = (hosted ??= startHost());
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    child.ref();
    child.channel?.ref();
    child.send({ parameters, folder, environment });
  });
}

function startHost(): ChildProcess {
  const child = fork(host, { env: uncoloured(), execArgv: [] });
  child.on('message', (ended) => {
    waiting.shift()?.resolve(ended as Ended);
    if (waiting.length > 0) return;
    child.unref();
    child.channel?.unref();
  });
  child.on('exit', (code, signal) => {
    hosted = null;
    for (const { reject } of waiting.splice(0)) reject(new Error(`the host of commands ended: ${code ?? signal}`));
  });
  return child;
}

function uncoloured(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  return inherited;
}

export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-cli-'));
  readonly #operationFile = path.join(this.folder, 'operation-began');

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

  /** Installs a package of this repository. */
  link(name: string): void {
    const folder = path.join(this.folder, 'node_modules');
    mkdirSync(folder, { recursive: true });
    symlinkSync(path.join(packages, name), path.join(folder, name));
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  list(folder: string): string[] {
    return readdirSync(path.join(this.folder, folder)).sort();
  }

  /** Saves a failing run of the variant `silent`. Returns the file of its replay. */
  async saveReplay(): Promise<string> {
    await this.run('run', '--variant', 'silent', '--seeds', '6', '--seed-start', '0x1', '--bail', '--quiet');
    return `replays/${this.list('replays')[0]}`;
  }

  /** `stdoutTo`: a file descriptor to write to instead. */
  start(
    parameters: readonly string[],
    environment: Record<string, string> = {},
    stdoutTo: 'pipe' | number = 'pipe',
  ): Started {
    rmSync(this.#operationFile, { force: true });
    const child = spawn(process.execPath, [launcher, ...parameters], {
      cwd: this.folder,
      env: { ...uncoloured(), ...environment },
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

  /** Lets \`operationOf\` notice operations. To be called before the command starts. */
  reportOperations(): void {
    const file = JSON.stringify(path.join(this.folder, 'operation-began'));
    const report = `${REAL_GLOBAL}.process.getBuiltinModule('node:fs').writeFileSync(${file}, '');`;
    this.edit('scenario.ts', '{ word }) => {', `{ word }) => { ${report}`);
  }

  /** Resolves when a client has begun an operation. The test's own timeout is the limit. */
  async operationOf({ child }: Started): Promise<void> {
    while (!existsSync(this.#operationFile)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error('the command ended before an operation');
      await sleep(10);
    }
  }

  /** Runs a command to its end, in one process per test file: loading takes most of the time. */
  run(...parameters: string[]): Promise<Ended> {
    return this.runWith({}, ...parameters);
  }

  runWith(environment: Readonly<Record<string, string>>, ...parameters: string[]): Promise<Ended> {
    return inHost(parameters, this.folder, environment);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
