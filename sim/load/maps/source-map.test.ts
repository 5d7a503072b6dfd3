/** Source maps: they change no byte of the code, and name the line of the source. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { SystemBundle, BundleSystemOptions } from '../bundle.ts';
import { sourceOfBundle } from '../evaluate.ts';
import { type Project, project } from '../test/project.ts';

/** Each text with `here(…)` has a name that no other line of the project has. */
const FILES: Record<string, string> = {
  'system.ts': `import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { own, type Own } from './own.ts';
import { lib } from 'lib';

interface Unused {
  readonly gone: string;
}

const require = createRequire(import.meta.url);
export const start = async (node: Unused): Promise<Own> => {
  here('start', import.meta.url, readFileSync, lib);
  for (const name of names()) {
    here('loop', await name, require('./data.json'));
  }
  return own(node);
};
function names(): string[] {
  return here('names');
}`,
  'own.ts': `import { lib } from 'lib';
export type Own = string;
enum Colour {
  Red,
}
export function own(value: unknown): Own {
  here('own', lib, Colour.Red, import.meta.filename);
  return String(value);
}`,
  'data.json': '{}',
  'scenario.ts': `import { own } from './own.ts';
type Nothing = null;
export default { title: here('scenario', own) };`,
  'node_modules/lib/package.json': '{"name":"lib"}',
  'node_modules/lib/index.js': `exports.lib =
  here('lib');`,
};

/** A text, the place of \`here(name\` in it, and the line of the source. */
function linesIn(made: Project, bundle: SystemBundle): Record<string, string> {
  const sourceOf = sourceOfBundle(bundle, made.folder);
  const texts = {
    'system.js': bundle.systemCode,
    'packages.js': bundle.packagesCode,
    'scenario.js': bundle.scenarioCode,
    'other/system.js': bundle.otherVersion?.systemCode ?? '',
  };
  const found: Record<string, string> = {};
  for (const [text, code] of Object.entries(texts))
    for (const [index, lineText] of code.split('\n').entries())
      for (const { index: column, 1: name = '' } of lineText.matchAll(/here\("([a-z]+)"/g)) {
        const source = sourceOf({ text, line: index + 1, column: column + 1 });
        found[`${text} ${name}`] = `${source?.file}:${source?.line}`;
      }
  return found;
}

describe.each<[string, Partial<BundleSystemOptions>]>([
  ['a system with start', {}],
  ['a main module', { start: undefined, entry: './main.ts' }],
  ['packages that each process evaluates', { statefulPackages: ['lib'] }],
])('%s', (_, options) => {
  const files = { ...FILES, 'main.ts': `import { start } from './system.ts';\n\nvoid start(here('main'));` };

  test('has the same code with and without maps', async () => {
    const made = project(files);
    const { systemMap, packagesMap, scenarioMap, ...bare } = await made.bundle(options);
    const {
      systemMap: system,
      packagesMap: packages,
      scenarioMap: scenario,
      ...mapped
    } = await made.bundle({
      ...options,
      sourceMaps: true,
    });
    expect(mapped).toEqual(bare);
    expect([systemMap, packagesMap, scenarioMap]).toEqual([null, null, null]);
    expect([system, scenario].map((map) => typeof map)).toEqual(['string', 'string']);
    expect(packages === null).toBe(options.statefulPackages !== undefined);
  });

  test('finds the line of each place', async () => {
    const made = project(files);
    const lines = linesIn(made, await made.bundle({ ...options, sourceMaps: true }));
    const lib = options.statefulPackages === undefined ? 'packages.js' : 'system.js';
    expect(lines).toEqual({
      'system.js start': 'system.ts:12',
      'system.js loop': 'system.ts:14',
      'system.js names': 'system.ts:19',
      'system.js own': 'own.ts:7',
      'scenario.js own': 'own.ts:7',
      'scenario.js scenario': 'scenario.ts:3',
      'scenario.js lib': 'node_modules/lib/index.js:2',
      [`${lib} lib`]: 'node_modules/lib/index.js:2',
      ...(options.entry === undefined ? {} : { 'system.js main': 'main.ts:3' }),
    });
  });
});

interface Payload {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly ignoreList: readonly number[];
  readonly x_google_ignoreList: readonly number[];
}

const payloadOf = (map: string | null): Payload => JSON.parse(map ?? 'null') as Payload;

test('sources are absolute, and only those of the user are not ignored', async () => {
  const made = project(FILES);
  const { systemMap, scenarioMap } = await made.bundle({ sourceMaps: true, statefulPackages: ['lib'] });
  for (const map of [systemMap, scenarioMap]) {
    const { sources, ignoreList, x_google_ignoreList } = payloadOf(map);
    expect(x_google_ignoreList).toEqual(ignoreList);
    const url = (file: string): string => pathToFileURL(path.join(made.folder, file)).href;
    const ofUser = sources.filter((_, index) => !ignoreList.includes(index));
    expect(ofUser.every((source) => Object.keys(FILES).map(url).includes(source) && !source.includes('lib'))).toBe(
      true,
    );
    expect(sources).toContain(url('node_modules/lib/index.js'));
    expect(sources.every((source) => /^(?:file:\/\/\/|seedstorm:)/.test(source))).toBe(true);
  }
});

test('a debugger shows the text of a variant, and none of the calls that were put in', async () => {
  const made = project(FILES);
  const edits = [
    { file: './system.ts', within: 'names', find: "return here('names');", put: "\n  return here('edited');" },
  ];
  const otherVersion = { edits: [{ file: './own.ts', find: 'String(value)', put: "here('other')" }] };
  const bundle = await made.bundle({ edits, otherVersion, sourceMaps: true });
  const { sources, sourcesContent } = payloadOf(bundle.systemMap);
  const shown = sourcesContent[sources.findIndex((source) => source.endsWith('/system.ts'))];
  expect(shown).toBe(FILES['system.ts']?.replace("return here('names');", "\n  return here('edited');"));
  expect(bundle.systemCode).toContain('__seedstormArray(');
  expect(linesIn(made, bundle)).toMatchObject({
    'system.js edited': 'system.ts:20',
    'other/system.js other': 'own.ts:8',
  });
});

test('a file that was compiled from another leads to that one', async () => {
  const map = { version: 3, sources: ['../src/server.ts'], names: [], mappings: 'AAEA' };
  const comment = `//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
  const made = project({ 'dist/server.js': `export const start = () => here("compiled");\n${comment}` });
  const bundle = await made.bundle({ entry: './dist/server.js', sourceMaps: true });
  expect(linesIn(made, bundle)).toEqual({ 'system.js compiled': 'src/server.ts:3' });
});
