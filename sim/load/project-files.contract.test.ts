/** Files of a main module: the same program on the real `node:fs` and on the snapshot. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { FILES, FILES_CONTRACT } from './test/files-contract.ts';
import { project, runMain } from './test/project.ts';

const PROGRAM = (text: string): string => `
import fs from 'node:fs';
const print = (...values) => console.log(JSON.stringify(values));
const show = (act) => { try { print(act()); } catch (error) { print(error.code, error.code === 'ERR_INVALID_ARG_TYPE' ? '' : error.message.replace(process.cwd(), '')); } };
${text}
`;

test.each(FILES_CONTRACT)('%s', async (_name, text) => {
  const made = project({ ...FILES, 'system.mjs': PROGRAM(text) });
  const real = execFileSync(process.execPath, [path.join(made.folder, 'system.mjs')], {
    cwd: made.folder,
    encoding: 'utf8',
  });
  const host = new ManualHost();
  const running = { done: false };
  const image = await made.image(() => host, { entry: './system.mjs' });
  const lines = runMain(image, host).finally(() => {
    running.done = true;
  });
  while (!running.done) {
    host.runTicks();
    await new Promise(setImmediate);
  }
  expect(await lines).toEqual(real.trim().split('\n'));
});

test('what a process writes is gone with it, and was never on disk', async () => {
  const made = project({
    'system.mjs': PROGRAM(
      `show(() => fs.existsSync('note.txt')); fs.writeFileSync('note.txt', 'x'); show(() => fs.existsSync('note.txt'));`,
    ),
  });
  const image = await made.image(() => null, { entry: './system.mjs' });
  for (const host of [new ManualHost('node-1'), new ManualHost('node-1')])
    expect(await runMain(image, host)).toEqual(['[false]', '[true]']);
  expect((await made.image(() => null, { entry: './system.mjs' })).codeHash).toBe(image.codeHash);
});

test('the code hash covers the files', async () => {
  const made = project({ ...FILES, 'system.mjs': PROGRAM('') });
  const { codeHash } = await made.bundle({ entry: './system.mjs' });
  made.write({ '.env': 'NAME=other\n' });
  expect((await made.bundle({ entry: './system.mjs' })).codeHash).not.toBe(codeHash);
});

const READS_ITSELF = `
const fs = require('fs'), path = require('path');
exports.names = (folder) => fs.readdirSync(path.join(__dirname, folder)).sort();
exports.read = (file) => fs.readFileSync(path.join(__dirname, file), 'utf8');
`;

test('a package lists and reads the files in its folder', async () => {
  const made = project({
    'node_modules/reads/package.json': '{"main":"lib/index.js"}',
    'node_modules/reads/lib/index.js': READS_ITSELF,
    'node_modules/reads/lib/scripts/one.lua': 'return 1',
    'node_modules/reads/lib/scripts/two.js': '',
    'system.mjs': PROGRAM(
      `const { names, read } = (await import('reads')).default; print(names('scripts'), read('scripts/one.lua'), read('../package.json'));`,
    ),
  });
  const real = execFileSync(process.execPath, [path.join(made.folder, 'system.mjs')], { encoding: 'utf8' });
  const image = await made.image(() => null, { entry: './system.mjs' });
  expect(await runMain(image)).toEqual(real.trim().split('\n'));
});

test('only the size is kept of the code of packages', async () => {
  const made = project({
    'node_modules/reads/package.json': '{"main":"index.js"}',
    'node_modules/reads/index.js': READS_ITSELF,
    'system.mjs': PROGRAM(`const { read } = (await import('reads')).default; read('index.js');`),
  });
  const image = await made.image(() => null, { entry: './system.mjs' });
  await expect(runMain(image)).rejects.toThrow(
    '/app/node_modules/reads/index.js, which is too large, or code of a package',
  );
});

test.each([
  ['does not look for them', 'exports.read = 1;', false],
  ['looks for them', 'exports.read = __dirname;', true],
])('the code hash covers the files of a package if it %s', async (_, code, isCovered) => {
  const made = project({
    'node_modules/reads/package.json': '{"main":"index.js"}',
    'node_modules/reads/index.js': code,
    'node_modules/reads/one.lua': 'return 1',
    'system.mjs': `import 'reads';`,
  });
  const { codeHash } = await made.bundle({ entry: './system.mjs' });
  made.write({ 'node_modules/reads/one.lua': 'return 2' });
  expect((await made.bundle({ entry: './system.mjs' })).codeHash !== codeHash).toBe(isCovered);
});

test('a file that is too large is there, and reading it throws by name', async () => {
  const made = project({
    'large.bin': 'x'.repeat(2 ** 20 + 1),
    'system.mjs': PROGRAM(`show(() => fs.statSync('large.bin').size); fs.readFileSync('large.bin');`),
  });
  const host = new ManualHost();
  const image = await made.image(() => host, { entry: './system.mjs' });
  await expect(runMain(image, host)).rejects.toThrow('node:fs readFile of /app/large.bin, which is too large');
  expect([host.printed, host.escapes.length]).toEqual([['[1048577]'], 1]);
});

test('what is not simulated throws by name', async () => {
  const made = project({ 'system.mjs': PROGRAM(`fs.watch('.');`) });
  const host = new ManualHost();
  await expect(runMain(await made.image(() => host, { entry: './system.mjs' }), host)).rejects.toThrow('node:fs watch');
  expect(host.escapes).toEqual(['node:fs watch']);
});
