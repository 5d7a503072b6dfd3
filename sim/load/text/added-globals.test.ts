/** Globals that a process adds or replaces are found by their bare names, as in Node. */
import { describe, expect, test } from 'vitest';
import { addedGlobals } from './added-globals.ts';
import { project, runMain } from '../test/project.ts';

const printed = async (files: Record<string, string>): Promise<readonly string[]> =>
  runMain(await project({ 'package.json': '{}', ...files }).image(() => null, { entry: './server.js' }));

describe('code finds by its bare name', () => {
  test('what another file has added', async () => {
    const files = {
      'server.js': "global.io = { name: 'io' }; globalThis['log'] ??= (text) => console.log(text); require('./later');",
      'later.js':
        'log(io.name); log(typeof io); { const io = 1; log(io); } io = 2; log(global.io); log(typeof absent);',
    };
    expect(await printed(files)).toEqual(['io', 'object', '1', '2', 'undefined']);
  });

  test('a global of Node that it has replaced', async () => {
    const files = {
      'server.js':
        "const real = setTimeout; globalThis.setTimeout = (run) => run('mine'); setTimeout(console.log); real;",
    };
    expect(await printed(files)).toEqual(['mine']);
  });

  test('what a package has added, in the package', async () => {
    const files = {
      'server.js': "console.log(require('adds')());",
      'node_modules/adds/package.json': '{"name":"adds"}',
      'node_modules/adds/index.js': "globalThis.added = 'added'; module.exports = () => added;",
    };
    expect(await printed(files)).toEqual(['added']);
  });

  test('nothing that an earlier process has added', async () => {
    const made = await project({
      'package.json': '{}',
      'server.js': 'console.log(typeof mine); globalThis.mine = 1; console.log(mine);',
    }).image(() => null, { entry: './server.js' });
    expect([await runMain(made), await runMain(made)]).toEqual([
      ['undefined', '1'],
      ['undefined', '1'],
    ]);
  });
});

test.each([
  ['globalThis.a = 1; global.b ||= 2; globalThis["c"]=3; globalThis . d = 4;', ['a', 'b', 'c']],
  ['globalThis.a == 1; globalThis.b => 1; globalThis[c] = 1; globalThis.d.e = 1; x.global.f = 1;', ['f']],
  ['globalThis.undefined = 1; globalThis.globalThis = 1; globalThis["1"] = 1; globalThis["x-y"] = 1;', []],
])('%s adds %s', (text, names) => {
  expect(addedGlobals(text)).toEqual(names);
});
