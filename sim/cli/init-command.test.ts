import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../project/usage-error.ts';
import { initCommand } from './init-command.ts';
import { Output } from './output.ts';
import { Session } from './session.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-init-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const list = (within = '.'): string[] => readdirSync(path.join(folder, within)).sort();

function init(directory?: string, json = false): { code: number; stdout: string } {
  let stdout = '';
  const stream = { write: (text: string) => (stdout += text), isTTY: false } as unknown as NodeJS.WriteStream;
  const ignored = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
  const output = new Output(
    { json, quiet: false, verbose: false, color: false },
    { stdout: stream, stderr: ignored, environment: {}, nowMs: () => 0 },
  );
  const session = new Session({ workingFolder: folder, output, interrupt: undefined as never, nowMs: () => 0 });
  return { code: initCommand(session, directory), stdout };
}

describe('in an empty folder', () => {
  test('a system, a scenario, a test and a package.json are written', () => {
    const { code, stdout } = init();
    expect(code).toBe(0);
    expect(list()).toEqual(['package.json', 'ticker.sim.test.ts', 'ticker.sim.ts', 'ticker.ts']);
    expect(JSON.parse(read('package.json'))).toEqual({
      private: true,
      type: 'module',
      scripts: { sim: 'seedstorm run ticker.sim.ts' },
      seedstorm: { scenario: 'ticker.sim.ts' },
    });
    expect(read('ticker.sim.ts')).toContain("system: './ticker.ts'");
    expect(read('ticker.sim.test.ts')).toContain("simulate('./ticker.sim.ts');");
    expect(stdout).toMatch(/^created {2}ticker\.ts {11}a system to begin with[^]*run ticker\.sim\.ts\n$/);
  });

  test('nothing is written a second time', () => {
    init();
    write('ticker.sim.ts', 'mine');
    const { code, stdout } = init();
    expect(code).toBe(0);
    expect(read('ticker.sim.ts')).toBe('mine');
    expect(stdout.match(/^kept .*exists already$/gm)).toHaveLength(3);
    expect(stdout).not.toMatch(/created|changed/);
  });

  test('one document says what was written', () => {
    expect(JSON.parse(init('.', true).stdout)).toEqual({
      directory: '.',
      created: ['ticker.ts', 'ticker.sim.ts', 'ticker.sim.test.ts', 'package.json'],
      changed: [],
      kept: [],
      command: expect.stringMatching(/run ticker\.sim\.ts$/) as string,
    });
  });
});

describe('beside a system', () => {
  test.each([
    'export const start = () => ({});',
    'export async function start(node) {}',
    'const a = 1;\nexport { a, begin as start };',
  ])('%s', (text) => {
    write('chat.mts', text);
    write('chat.test.ts', 'export const start = 1;');
    write('a.ts', 'const start = 1;\nexport { start as begin };');
    init();
    expect(list()).toEqual(['a.ts', 'chat.mts', 'chat.sim.test.ts', 'chat.sim.ts', 'chat.test.ts', 'package.json']);
    expect(read('chat.sim.ts')).toContain("system: './chat.mts'");
  });

  test('a file of the same name is left', () => {
    write('ticker.ts', 'export const other = 1;');
    init();
    expect(read('ticker.ts')).toBe('export const other = 1;');
    expect(read('seedstorm-ticker.sim.ts')).toContain("system: './seedstorm-ticker.ts'");
  });
});

describe('beside a main', () => {
  const listens = "import { createServer } from 'node:http';\ncreateServer().listen(process.env.PORT);\n";
  const scripts = (start: string): string => JSON.stringify({ scripts: { start } });

  test.each([
    ['a file with a usual name that listens', 'server.ts', {}, './server.ts'],
    ['one in src', 'src/main.js', {}, './src/main.js'],
    ['what npm start runs', 'bin/www.js', { 'package.json': scripts('node ./bin/www.js') }, './bin/www.js'],
    ['what that is built from', 'src/live.ts', { 'package.json': scripts('node dist/live.js') }, './src/live.ts'],
    [
      'what is built, if its source needs the compiler',
      'dist/main.js',
      {
        'package.json': '{"scripts":{"start":"nest start","start:prod":"node dist/main"}}',
        'src/main.ts': listens,
        'tsconfig.json': '{"compilerOptions":{"emitDecoratorMetadata": true}}',
      },
      './dist/main.js',
    ],
    [
      'what npm start runs, and no other',
      'b.js',
      { 'package.json': scripts('node b.js'), 'app.js': listens },
      './b.js',
    ],
  ])('the scenario names it: %s', (_what, file, others, system) => {
    write(file, listens);
    for (const [name, text] of Object.entries(others)) write(name, text);
    init();
    const base = path.basename(file).replace(/\.\w+$/, '');
    expect(read(`${base}.sim.ts`)).toContain(`system: '${system}'`);
    expect(read(`${base}.sim.ts`)).toContain('url, headers, protocols');
    expect(list()).not.toContain('ticker.ts');
  });

  test.each([
    ['does not listen', 'server.ts', 'export const port = 1;', '{}'],
    ['is absent', 'other.ts', listens, scripts('node server.js')],
    ['is outside of the folder', 'other.ts', listens, scripts('node ../init.js')],
    ['is a test', 'server.test.ts', listens, scripts('vitest')],
  ])('the example system is written if it %s', (_what, file, text, packageText) => {
    write(file, text);
    write('package.json', packageText);
    init();
    expect(list()).toContain('ticker.ts');
  });
});

describe('the package.json', () => {
  test('above the folder gets the script, and keeps its own', () => {
    write('package.json', '{\n\t"scripts": {\n\t\t"test": "vitest"\n\t}\n}\n');
    write('test/sim/keep', '');
    const { stdout } = init('test/sim');
    expect(list('test/sim')).toEqual(['keep', 'ticker.sim.test.ts', 'ticker.sim.ts', 'ticker.ts']);
    expect(read('package.json')).toBe(
      '{\n\t"scripts": {\n\t\t"sim": "seedstorm run test/sim/ticker.sim.ts",\n\t\t"test": "vitest"\n\t},\n' +
        '\t"seedstorm": {\n\t\t"scenario": "test/sim/ticker.sim.ts"\n\t}\n}\n',
    );
    expect(stdout).toMatch(/^changed {2}package\.json +scripts\.sim and seedstorm\.scenario$/m);
  });

  test('with a script and a scenario is left', () => {
    const own = '{"scripts":{"sim":"x"},"seedstorm":{"scenario":"y.ts"}}';
    write('package.json', own);
    init();
    expect(read('package.json')).toBe(own);
  });

  test('that is invalid leaves everything as it was', () => {
    write('package.json', '{');
    expect(() => init()).toThrow(new UsageError('package.json is not valid JSON'));
    expect(list()).toEqual(['package.json']);
  });
});

test.each(['nowhere', 'file'])('%s is not a directory', (name) => {
  write('file', '');
  expect(() => init(name)).toThrow(new UsageError(`${name} is not a directory`));
});

test.skipIf(process.getuid?.() === 0)('a folder that can not be written to is named', () => {
  chmodSync(folder, 0o555);
  expect(() => init()).toThrow(/^can't write to \. \(EACCES\)$/);
});
