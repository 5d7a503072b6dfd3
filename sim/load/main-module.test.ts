/** A main module is run as Node runs it: `node server.ts`. */
import { describe, expect, test } from 'vitest';
import type { SystemImage } from '../system/image.ts';
import { ManualHost, settled } from '../ambient/test/manual-host.ts';
import type { BundleSystemOptions } from './bundle.ts';
import { createImage } from './evaluate.ts';
import { project, runMain, startProcess } from './test/project.ts';

const image = (files: Record<string, string>, options: Partial<BundleSystemOptions> = {}): Promise<SystemImage> =>
  project(files).image(() => null, options);

/** What a main module in `src/server.ts` prints. */
const printed = async (
  files: Record<string, string>,
  options: Partial<BundleSystemOptions> = {},
): Promise<readonly string[]> => runMain(await image(files, { entry: './src/server.ts', ...options }));

const commonJs = { 'package.json': '{}' };

describe('the entry', () => {
  test.each([
    ['an export', 'export const start = () => 1;'],
    ['an export from another file', "export * from './other.ts';"],
    ['an export of CommonJS', 'module.exports = { name: 1, start() { return 1; } };'],
    ['an assignment in CommonJS', 'exports.start = () => 1;'],
  ])('with start as %s is called', async (_, text) => {
    const made = await image({ ...commonJs, 'system.ts': text, 'other.ts': 'export const start = () => 1;' });
    expect(await startProcess(made, new ManualHost())).toBe(1);
  });

  test('may have a function of another name', async () => {
    const text = 'export const createApp = () => 1; export const start = () => 2;';
    const made = await image({ 'system.ts': text }, { start: 'createApp' });
    expect(await startProcess(made, new ManualHost())).toBe(1);
  });

  test('without start is not evaluated before it runs, and then from nothing', async () => {
    const made = await image({ 'system.ts': 'let count = 0; console.log(++count);' });
    const host = new ManualHost();
    host.detailed = true;
    const loaded = made.instantiate(host);
    expect([loaded.kind, host.printed]).toEqual(['main', []]);
    expect([await runMain(made), await runMain(made)]).toEqual([['1'], ['1']]);
    expect(made).not.toHaveProperty('shared');
  });

  test('is evaluated with what it imports, whatever package.json says of effects', async () => {
    const made = await image({
      'package.json': '{"type":"module","sideEffects":false}',
      'system.ts': "import './own.ts'; console.log('main');",
      'own.ts': "console.log('own');",
    });
    expect(await runMain(made)).toEqual(['own', 'main']);
  });

  test('runs in its process until its top-level code has ended', async () => {
    const made = await image({
      'system.ts': 'console.log(1); await new Promise((done) => setTimeout(done, 50)); console.log(2);',
    });
    const host = new ManualHost();
    const running = runMain(made, host);
    await settled();
    expect([host.printed, host.waiting.map(({ label }) => label)]).toEqual([['1'], ['setTimeout']]);
    await host.advance(50);
    expect(await running).toEqual(['1', '2']);
  });

  test.each(['throw new TypeError("no");', 'await Promise.reject(new TypeError("no"));'])(
    'rejects with the error of %s',
    async (text) => {
      const run = runMain(await image({ 'system.ts': text }));
      await expect(run).rejects.toThrow('no');
      await expect(run).rejects.toMatchObject({ name: 'TypeError' });
    },
  );

  test('has each refused call reported, once, even if it catches the error', async () => {
    const made = await image({
      'system.ts': "import { watch } from 'node:fs'; try { watch('.env'); } catch {}",
    });
    const host = new ManualHost();
    await runMain(made, host);
    expect(host.escapes).toEqual(['node:fs watch']);
  });
});

describe('top-level await', () => {
  test('in a module of a system with start', async () => {
    const made = await image({
      'system.ts': "import { value } from './value.ts'; export const start = () => value;",
      'value.ts': 'export const value = await Promise.resolve(7);',
    });
    const host = new ManualHost();
    expect([await startProcess(made, host), await startProcess(made, host)]).toEqual([7, 7]);
    expect(made).not.toHaveProperty('shared');
  });

  test('in a package, which is then evaluated for each process, with its importers', async () => {
    const files = {
      'node_modules/late/package.json': '{"name":"late","type":"module","exports":"./index.js"}',
      'node_modules/late/index.js': 'export let count = await Promise.resolve(0); export const next = () => ++count;',
      'node_modules/user/package.json': '{"name":"user","type":"module","exports":"./index.js"}',
      'node_modules/user/index.js': "export { next } from 'late';",
      'node_modules/other/package.json': '{"name":"other"}',
      'node_modules/other/index.js': 'let count = 0; exports.next = () => ++count;',
    };
    const use = "import { next } from 'user'; import other from 'other';";
    const main = await image({ ...files, 'system.ts': `${use} console.log(next(), other.next());` });
    expect([await runMain(main), await runMain(main)]).toEqual([['1 1'], ['1 2']]);
    const start = await image({ ...files, 'system.ts': `${use} export const start = () => [next(), other.next()];` });
    const host = new ManualHost();
    expect([await startProcess(start, host), await startProcess(start, host)]).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });
});

describe('import() and require', () => {
  const lazy = {
    'node_modules/lazy/package.json': '{"name":"lazy"}',
    'node_modules/lazy/index.js': 'console.log("lazy"); exports.name = "lazy";',
    'node_modules/broken/package.json': '{"name":"broken"}',
    'node_modules/broken/index.js': 'throw new TypeError("broken");',
  };

  test('evaluate own files, packages and built-ins when they are reached', async () => {
    const text = `
      console.log('before');
      const { own } = await import('./own.ts');
      console.log(own, (await import('lazy')).default.name, (await import('node:path')).join('a', 'b'));
      console.log((await import('./own.ts')).own, (await import('no' + 'de:path')).sep);`;
    const own = "import 'node:util'; console.log('own'); export const own = await Promise.resolve('loaded');";
    expect(await printed({ ...lazy, 'src/server.ts': text, 'src/own.ts': own })).toEqual([
      'before',
      'own',
      'loaded lazy a/b',
      'loaded /',
    ]);
  });

  test('of a package use the time of loading, and the process hears of its refused calls', async () => {
    const files = {
      'node_modules/clock/package.json': '{"name":"clock"}',
      'node_modules/clock/index.js': 'exports.loadedAt = Date.now();',
      'node_modules/ticker/package.json': '{"name":"ticker"}',
      'node_modules/ticker/index.js': 'setInterval(() => {}, 5);',
      'system.ts':
        "console.log(require('clock').loadedAt); try { require('ticker'); } catch (error) { console.log(error.name); }",
    };
    const host = new ManualHost();
    let running: ManualHost | null = null;
    const made = await project(files).image(() => running);
    running = host;
    expect(await runMain(made, host)).toEqual(['1577836800000', 'EscapeError']);
    expect(host.escapes).toEqual(['setInterval while being loaded']);
  });

  test('of what is absent fail when they are reached, with the codes of Node', async () => {
    const text = `
      const codes = [];
      for (const load of [
        () => import('gone'), () => import('./gone.ts'), () => import('go' + 'ne'),
        async () => require('gone'), async () => require('./gone.ts'), async () => require('go' + 'ne'),
        () => import('broken'), () => import('broken'),
      ]) codes.push(await load().catch((error) => error.code ?? error.message));
      console.log(codes.join(' '));`;
    expect(await printed({ ...lazy, 'src/server.ts': text })).toEqual([
      'ERR_MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND broken broken',
    ]);
  });

  test('of a file that imports what is absent fail, and evaluate nothing', async () => {
    const text = `
      for (const load of [() => import('./optional.ts'), () => import('./optional.ts'), () => import('./indirect.ts')])
        console.log(await load().catch(({ code, message }) => code + ' ' + message));
      console.log((await import('./fine.ts')).fine);`;
    const files = {
      'src/server.ts': text,
      'src/optional.ts': "import './fine.ts'; import { Gone } from 'gone'; console.log(Gone);",
      'src/indirect.ts': "import { no } from './nothing.ts'; console.log(no);",
      'src/fine.ts': "console.log('evaluated'); export const fine = 'fine';",
    };
    const package_ = "ERR_MODULE_NOT_FOUND Cannot find package 'gone' imported from /app/src/optional.ts";
    const module_ = "ERR_MODULE_NOT_FOUND Cannot find module '/app/src/nothing.ts' imported from /app/src/indirect.ts";
    expect(await printed(files)).toEqual([package_, package_, module_, 'evaluated', 'fine']);
    const eager = { ...files, 'src/server.ts': "import './optional.ts';" };
    await expect(printed(eager)).rejects.toThrow('src/optional.ts:1: package "gone" is not installed');
  });

  test('of what is absent fail in packages too', async () => {
    const files = {
      'node_modules/optional/package.json': '{"name":"optional"}',
      'node_modules/optional/index.js':
        'const code = (load) => load().catch((error) => error.code); const need = async () => require("gone"); exports.codes = () => Promise.all([code(need), code(() => import("gone"))]);',
      'src/server.ts': "import optional from 'optional'; console.log((await optional.codes()).join(' '));",
    };
    expect(await printed(files)).toEqual(['MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND']);
  });
});

describe('createRequire', () => {
  test('requires own files and packages when they are reached, and once', async () => {
    const files = {
      'node_modules/dual/package.json': '{"name":"dual","exports":{"import":"./a.mjs","require":"./b.cjs"}}',
      'node_modules/dual/a.mjs': 'export const form = "import";',
      'node_modules/dual/b.cjs': 'exports.form = "require";',
      'node_modules/modern/package.json':
        '{"name":"modern","version":"3.1.0","type":"module","exports":"./lib/index.js"}',
      'node_modules/modern/lib/index.js':
        'import { createRequire } from "module"; const load = createRequire(import.meta.url); export const { version } = load("../package.json");',
      'src/server.ts': `import { createRequire } from 'node:module';
import { version } from 'modern';
const require = createRequire(import.meta.url);
console.log('before', version);
console.log(require('./settings.json').port, require('./own.cjs').name, require('./own.cjs') === require('./own.cjs'));
console.log(require('./esm.ts').value, require('dual').form, require('node:path').sep, require('../package.json').type);
console.log(createRequire(import.meta.url)('./settings.json') === require('./settings.json'));
try { require('./gone.cjs'); } catch (error) { console.log((error as { code: string }).code); }`,
      'src/settings.json': '{ "port": 81 }',
      'src/own.cjs': "console.log('own'); exports.name = 'own';",
      'src/esm.ts': 'export const value = 7;',
    };
    expect(await printed(files)).toEqual([
      'before 3.1.0',
      'own',
      '81 own true',
      '7 require / module',
      'true',
      'MODULE_NOT_FOUND',
    ]);
  });
});

describe('a CommonJS main', () => {
  test('may require own files, packages and built-ins', async () => {
    const files = {
      ...commonJs,
      'node_modules/dual/package.json': '{"name":"dual","exports":{"import":"./a.mjs","require":"./b.cjs"}}',
      'node_modules/dual/a.mjs': 'export const form = "import";',
      'node_modules/dual/b.cjs': 'exports.form = "require";',
      'src/server.js':
        "const { join } = require('path'); const own = require('./own'); console.log(join('a', own.name), require('dual').form, this === module.exports); module.exports = own;",
      'src/own.js': "exports.name = 'own'; undeclared = 1; delete globalThis.undeclared;",
    };
    expect(await printed(files, { entry: './src/server.js' })).toEqual(['a/own require true']);
  });

  test('is strict only if it says so', async () => {
    const text = "'use strict'; console.log(__filename, (function () { return this === undefined; })());";
    expect(await printed({ ...commonJs, 'src/server.cjs': text }, { entry: './src/server.cjs' })).toEqual([
      '/app/src/server.cjs true',
    ]);
    const sloppy = text.replace("'use strict'; ", '');
    expect(await printed({ ...commonJs, 'src/server.cjs': sloppy }, { entry: './src/server.cjs' })).toEqual([
      '/app/src/server.cjs false',
    ]);
  });
});

test('a place on a stack leads to its file', async () => {
  const made = await image({
    'node_modules/socket.io/package.json': '{"name":"socket.io"}',
    'node_modules/socket.io/index.js': 'exports.name = 1;',
    'system.ts':
      "import 'socket.io'; import { fail } from './fail.ts'; try { fail(); } catch (error) { console.log(error.stack); }",
    'fail.ts': "import 'node:fs';\nexport function fail() {\n  throw new Error('here');\n}",
  });
  const [stack = ''] = await runMain(made);
  const [, line] = /at fail \(simulated:system\.js:(\d+)/.exec(stack) ?? [];
  const [, mainLine] = /at Object\.<anonymous> \(simulated:system\.js:(\d+)/.exec(stack) ?? [];
  const fileAt = (at: string | undefined) => made.fileAt?.({ text: 'system.js', line: Number(at) });
  expect([fileAt(line), fileAt(mainLine)]).toEqual(['fail.ts', 'system.ts']);
});

test('a main may be a variant, and one of two versions', async () => {
  const files = {
    'src/server.ts':
      "import { name } from './name.ts';\nconsole.log(process.argv[1], name, await import('./lazy.ts').then(({ text }) => text));",
    'src/name.ts': "export const name = 'current';",
    'src/lazy.ts': "export const text = 'lazy';",
    'src/better.ts': "export const name = 'better';",
    'src/before.ts': "console.log(process.argv[1], 'before');",
  };
  const otherVersion = { entry: './src/before.ts' };
  const clean = await image(files, { entry: './src/server.ts', otherVersion });
  expect(await runMain(clean)).toEqual(['/app/src/server.ts current lazy']);
  expect(await runMain({ instantiate: clean.instantiateOther! })).toEqual(['/app/src/before.ts before']);
  const edits = [
    { file: './src/server.ts', find: './name.ts', put: './better.ts' },
    { file: './src/lazy.ts', find: "'lazy'", put: "'edited'" },
  ];
  // Workers receive a copy.
  const bundle = structuredClone(await project(files).bundle({ entry: './src/server.ts', edits, otherVersion }));
  const { image: changed } = createImage(bundle, { current: () => null });
  expect(await runMain(changed)).toEqual(['/app/src/server.ts better edited']);
  expect(changed.codeHash).not.toBe(clean.codeHash);
});
