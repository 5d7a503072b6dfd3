/** Packages that compute the name of what they require, in the simulation and with Node. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ManualHost } from '../../ambient/test/manual-host.ts';
import { project, runMain } from '../test/project.ts';

const INSTALLED = {
  'node_modules/driver/package.json': '{"main":"index.js"}',
  'node_modules/driver/index.js': `exports.name = 'driver of the project';`,
  'node_modules/loads/package.json': '{"main":"index.js"}',
  'node_modules/loads/own.js': `exports.name = 'own file';`,
};

/** Each file of the package exports a function. */
const FILES: Readonly<Record<string, string>> = {
  evaluates: `exports.load = () => eval("require")('driver').name;`,
  'evaluates parts': `const text = ['req', 'uire'].join(''); exports.load = () => eval(text)('driver').name;`,
  variable: `const names = { a: 'driver' }; exports.load = () => { const name = names.a; return require(name).name; };`,
  alias: `const load = require; exports.load = () => load('driver').name;`,
  'own file': `require('./own.js'); exports.load = () => ['./own.js', 'driver'].map((name) => require(name).name).join();`,
  absent: `exports.load = () => { 'driver'; return eval("require")('absent').name; };`,
  builtin: `const name = ['pa', 'th'].join(''); exports.load = () => { 'driver'; return require(name).sep; };`,
  shadowed: `exports.load = () => ((require) => require('driver'))((name) => 'shadow ' + name);`,
  members: `'use strict'; const load = require; exports.load = () => [require.main === module, typeof require.resolve, load('driver').name, this === module.exports].join();`,
  global: `exports.load = () => { 'driver'; return (0, eval)('typeof require') + Function('return typeof require')(); };`,
  folder: `exports.load = () => ['one', 'one.js', 'README.md', 'two'].map((name) => { try { return require('./parts/' + name).name; } catch (error) { return error.code ?? error.name; } }).join();`,
  'folder and value': `const load = require; exports.load = () => ['one', 'one.js', 'deep', 'two'].map((name) => { try { return require('./parts/' + name).name; } catch (error) { return error.code; } }).join();`,
  nearest: `exports.load = () => require('nested').load();`,
};

const SHOW = `const show = (name, { load }) => { try { console.log(name, load()); } catch (error) { console.log(name, error.code); } };`;

const installed = () =>
  project({
    ...INSTALLED,
    ...Object.fromEntries(Object.entries(FILES).map(([name, code]) => [`node_modules/loads/${name}.js`, code])),
    'node_modules/loads/index.js': Object.keys(FILES)
      .map((name) => `exports[${JSON.stringify(name)}] = require('./${name}.js');`)
      .join('\n'),
    'node_modules/loads/parts/one.js': `exports.name = 'a part';`,
    'node_modules/loads/parts/deep/index.js': `exports.name = 'a folder';`,
    'node_modules/loads/parts/README.md': '# Parts',
    'node_modules/nested/package.json': '{"main":"index.js"}',
    'node_modules/nested/index.js': `exports.load = () => eval('require')('driver').name;`,
    'node_modules/nested/node_modules/driver/package.json': '{"main":"index.js"}',
    'node_modules/nested/node_modules/driver/index.js': `exports.name = 'driver of the package';`,
    'system.mjs': `import files from 'loads'; ${SHOW} for (const [name, file] of Object.entries(files)) show(name, file);`,
  });

test.each([
  ['once', {}],
  ['for each process', { statefulPackages: ['driver'] }],
])('a package that is evaluated %s requires what it requires with Node', async (_, options) => {
  const made = installed();
  const real = execFileSync(process.execPath, [path.join(made.folder, 'system.mjs')], { encoding: 'utf8' });
  const image = await made.image(() => null, { entry: './system.mjs', ...options });
  expect(await runMain(image)).toEqual(real.trim().split('\n'));
  expect(real).toContain('nearest driver of the package\n');
});

test('a package that cannot be bundled is absent', async () => {
  const made = project({
    ...INSTALLED,
    'node_modules/driver/index.js': 'this is not JavaScript',
    'node_modules/loads/index.js': FILES['evaluates'] ?? '',
    'system.mjs': `import file from 'loads'; ${SHOW} show('broken', file);`,
  });
  expect(await runMain(await made.image(() => null, { entry: './system.mjs' }))).toEqual(['broken MODULE_NOT_FOUND']);
});

test('modules of Node are those of the simulation', async () => {
  const made = project({
    ...INSTALLED,
    'node_modules/loads/index.js': `exports.load = () => eval("require")('child_process').execSync('true');`,
    'system.mjs': `import { load } from 'loads'; try { load(); } catch {}`,
  });
  const host = new ManualHost();
  await runMain(await made.image(() => host, { entry: './system.mjs' }), host);
  expect(host.escapes).toEqual(['node:child_process execSync']);
});
