/**
 * The package as its users have it: packed and installed in an empty folder, with the gateway of
 * docs/app.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './repository.ts';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const SETTINGS = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    types: ['node'],
  },
  include: ['*.ts'],
};

const TOUCH_EVERY_MS = 5000;

export class Installed {
  readonly #base = mkdtempSync(path.join(tmpdir(), 'seedstorm-package-'));
  readonly folder = path.join(this.#base, 'app');
  /** Files of the package. */
  files: readonly string[] = [];

  /** Needs the registry, unless npm has the dependencies in its cache. */
  async install(): Promise<void> {
    mkdirSync(this.folder);
    this.write('package.json', '{ "name": "app", "type": "module", "seedstorm": { "scenario": "gateway.ts" } }');
    this.write('tsconfig.json', JSON.stringify(SETTINGS));
    await this.#expectDone('npm', ['pack', '--pack-destination', this.#base], root);
    const tarball = readdirSync(this.#base).find((name) => name.endsWith('.tgz')) ?? 'no package';
    const listed = await this.#expectDone('tar', ['-tf', tarball], this.#base);
    this.files = listed
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''));
    const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
    await this.#expectDone('npm', ['install', ...flags, path.join('..', tarball)], this.folder);
    // Tools of the repository, and a package that only the app uses.
    for (const name of ['vitest', 'typescript', '@types/node']) this.#link(name);
    this.write('node_modules/polite/package.json', '{ "name": "polite", "version": "1.0.0" }');
    this.write('node_modules/polite/index.js', 'exports.please = (text) => `${text}`;');
    this.write('node_modules/polite/index.d.ts', 'export function please(text: string): string;');
    for (const name of ['gateway.ts', 'words.ts']) {
      const text = readFileSync(path.join(root, 'docs', 'app', name), 'utf8');
      this.write(name, text);
    }
    this.edit('words.ts', /^import/m, "import { please } from 'polite';\nimport");
    this.edit('words.ts', 'socket.send(text)', 'socket.send(please(text))');
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  edit(file: string, find: RegExp | string, put: string): void {
    const before = this.read(file);
    const after = before.replace(find, put);
    if (after === before) throw new Error(`${file} has no ${String(find)}`);
    this.write(file, after);
  }

  /**
   * Edits a watched file and resolves like `until`. Touches the file repeatedly until then, because
   * watchers miss changes.
   */
  async rerun(watching: Running, pattern: RegExp, file: string, find: string, put: string): Promise<void> {
    const heard = watching.until(pattern);
    this.edit(file, find, put);
    const touch = (): void => utimesSync(path.join(this.folder, file), new Date(), new Date());
    const touching = setInterval(touch, TOUCH_EVERY_MS);
    await heard.finally(() => clearInterval(touching));
  }

  list(folder: string): string[] {
    return readdirSync(path.join(this.folder, folder)).sort();
  }

  run(command: string, ...parameters: string[]): Promise<Ended> {
    return run(command, parameters, this.folder).ended;
  }

  /** In a folder of the app. */
  runIn(folder: string, command: string, ...parameters: string[]): Promise<Ended> {
    return run(command, parameters, path.join(this.folder, folder)).ended;
  }

  /** Makes a folder that has a package.json and finds the packages of the app. */
  makeProject(folder: string, packageJson: string): void {
    this.write(path.join(folder, 'package.json'), packageJson);
    symlinkSync(path.join(this.folder, 'node_modules'), path.join(this.folder, folder, 'node_modules'));
  }

  /** Copies files of the installed package. */
  copyOut(from: string, to: string): void {
    const target = path.join(this.folder, to);
    cpSync(path.join(this.folder, 'node_modules', 'seedstorm', from), target, { recursive: true });
  }

  /** Packages of the repository that examples use. */
  link(...names: readonly string[]): void {
    for (const name of names) this.#link(name);
  }

  start(command: string, ...parameters: string[]): Running {
    return run(command, parameters, this.folder);
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  async #expectDone(command: string, parameters: readonly string[], folder: string): Promise<string> {
    const { code, output } = await run(command, parameters, folder).ended;
    if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}: ${output}`);
    return output;
  }

  #link(name: string): void {
    const place = path.join(this.folder, 'node_modules', name);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), place);
  }
}

export interface Running {
  readonly ended: Promise<Ended>;
  /**
   * Resolves when the output since the last match shows the pattern. Rejects if the process ends.
   */
  until(pattern: RegExp): Promise<void>;
  stop(): void;
}

function run(command: string, parameters: readonly string[], cwd: string): Running {
  // The environment of a user, without the variables of this repository's tests.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|NODE_ENV|TEST|FORCE_COLOR)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  const child = spawn(command, parameters, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let seen = 0;
  let look = (): void => undefined;
  const hear = (data: Buffer): void => {
    output += data.toString();
    look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      look = () => {
        if (!pattern.test(output.slice(seen))) return;
        seen = output.length;
        look = () => undefined;
        resolve();
      };
      look();
      ended.then(() => reject(new Error(`ended without ${String(pattern)}: ${output}`)), reject);
    });
  return { ended, until, stop: () => child.kill() };
}
