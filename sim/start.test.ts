import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runsLong } from './cli/test/long.ts';

const launcher = fileURLToPath(new URL('./start.js', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-start-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

function start(...parameters: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [launcher, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('an entry gets its arguments, its JSON imports and the constants of the launcher', async () => {
  write('data.json', '{"answer": 42}');
  const entry = write(
    'entry.ts',
    `import data from './data.json' with { type: 'json' };
     declare const SEEDSTORM_ROOT: string;
     declare const SEEDSTORM_SOURCE_HASH: string;
     const told: object = { given: process.argv.slice(2), data, root: SEEDSTORM_ROOT, hash: SEEDSTORM_SOURCE_HASH };
     console.log(JSON.stringify(told));`,
  );
  const { code, stdout } = await start('--entry', entry, 'run', '--seeds', '3');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    given: ['run', '--seeds', '3'],
    data: { answer: 42 },
    root: path.dirname(path.dirname(launcher)),
    hash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test.runIf(runsLong('builds of several processes at the same time'))(
  'several processes can build the same entry at the same time',
  async () => {
    const entry = write('many.ts', `console.log('ran' as string, ${JSON.stringify(folder)});`);
    const runs = await Promise.all(Array.from({ length: 6 }, () => start('--entry', entry)));
    expect(runs).toEqual(Array.from({ length: 6 }, () => ({ code: 0, stdout: `ran ${folder}\n`, stderr: '' })));
  },
);

test('a build error is one line and exit 70', async () => {
  const { code, stdout, stderr } = await start('--entry', write('broken.ts', 'const x: = 1;\nlet let = 2;\n'));
  expect(code).toBe(70);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^seedstorm: cannot build [^\n]*broken\.ts[^\n]*:1:\d+: [^\n]+\n$/);
});

test('an error while an entry loads is exit 70, with a stack of the source', async () => {
  const { code, stderr } = await start(
    '--entry',
    write('throws.ts', `type T = 1;\n\nthrow new Error('no' as string);\n`),
  );
  expect(code).toBe(70);
  expect(stderr).toContain('throws.ts:3:');
});
