/** Each module has the paths and the guards that Node gives it. */
import { describe, expect, test } from 'vitest';
import { ManualHost } from '../../ambient/test/manual-host.ts';
import { project, runMain, startProcess } from '../test/project.ts';

const image = (files: Record<string, string>) => project(files).image();

/** What the main module `entry` prints. */
const printed = async (files: Record<string, string>, entry = './src/server.ts'): Promise<readonly string[]> =>
  runMain(await project(files).image(() => null, { entry }));

describe('paths', () => {
  test('are those of each file, wherever the project lies', async () => {
    const show = 'export const paths = [import.meta.url, import.meta.dirname, import.meta.filename].join(" ");';
    const files = {
      'src/server.ts': `
        import { paths } from './deep/own.ts'; import { paths as theirs } from 'shown'; import old from 'old';
        const { url, filename } = import.meta;
        const __dirname = 'mine';
        console.log(url, filename, __dirname); console.log(paths); console.log(theirs); console.log(old);
        console.log(process.argv.join(' '), process.cwd());`,
      'src/deep/own.ts': show,
      'node_modules/shown/package.json': '{"name":"shown","type":"module","exports":"./lib/index.js"}',
      'node_modules/shown/lib/index.js': show,
      'node_modules/old/package.json': '{"name":"old","main":"lib/view.js"}',
      'node_modules/old/lib/view.js': '#!/usr/bin/env node\nmodule.exports = [__filename, __dirname].join(" ");',
    };
    expect(await printed(files)).toEqual([
      'file:///app/src/server.ts /app/src/server.ts mine',
      'file:///app/src/deep/own.ts /app/src/deep /app/src/deep/own.ts',
      'file:///app/node_modules/shown/lib/index.js /app/node_modules/shown/lib /app/node_modules/shown/lib/index.js',
      '/app/node_modules/old/lib/view.js /app/node_modules/old/lib',
      '/usr/local/bin/node /app/src/server.ts /app',
    ]);
    const [one, two] = [project(files), project(files)];
    const options = { entry: './src/server.ts' };
    expect((await one.bundle(options)).codeHash).toBe((await two.bundle(options)).codeHash);
  });

  test('import.meta.resolve is refused by name', async () => {
    const made = await image({ 'system.ts': "import.meta.resolve('x');" });
    await expect(runMain(made)).rejects.toThrow('node-1 called import.meta.resolve, which is not simulated');
  });
});

describe('a main guard is true in the entry and false elsewhere', () => {
  const guards = [
    'require.main === module',
    "import.meta.url === require('node:url').pathToFileURL(process.argv[1]).href",
    'import.meta.main',
  ];
  const show = (name: string, tested: readonly string[]): string =>
    `console.log('${name}', ${tested.map((guard) => `!!(${guard})`).join(', ')});`;

  test('in ES modules', async () => {
    const files = {
      'src/server.ts': `import './own.ts'; ${show('main', guards)}`,
      'src/own.ts': `${show('own', guards)} export {};`,
    };
    expect(await printed(files)).toEqual(['own false false false', 'main true true true']);
  });

  test('in CommonJS, and in a package', async () => {
    const old = [guards[0]!, '!module.parent', "require.main.filename === '/app/src/server.js'"];
    const files = {
      'package.json': '{}',
      'node_modules/guarded/package.json': '{"name":"guarded"}',
      'node_modules/guarded/index.js': `exports.seen = [${old.join(', ')}].join(' ');`,
      'src/server.js': `require('./own.js'); ${show('main', old.slice(0, 2))} console.log(require('guarded').seen);`,
      'src/own.js': show('own', old),
    };
    expect(await printed(files, './src/server.js')).toEqual([
      'own false false true',
      'main true true',
      'false false true',
    ]);
  });

  test('not in a module that exports start', async () => {
    const tested = guards.map((guard) => `!!(${guard})`).join(', ');
    const made = await image({ 'system.ts': `const seen = [${tested}]; export const start = () => seen;` });
    expect(await startProcess(made, new ManualHost())).toEqual([false, false, false]);
  });
});
