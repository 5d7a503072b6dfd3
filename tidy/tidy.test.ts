import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkAmbient } from './ambient.ts';
import { AMBIENT, LENGTH, MACHINE_PATHS, MODULE_STATE } from './exceptions.ts';
import { checkCycles, checkDirection } from './imports.ts';
import { checkNames, checkPhrases, checkProseWidth } from './language.ts';
import { checkDeclared } from './packages.ts';
import {
  checkFolderSize,
  checkLength,
  checkModuleState,
  checkNoMachinePaths,
  checkNothingSingledOut,
  checkNothingUnfinished,
} from './shape.ts';
import { type Exception, type Finding, type SourceFile, isExcepted, isTest, readFiles } from './source.ts';

type Check = (files: readonly SourceFile[]) => Finding[];

const root = fileURLToPath(new URL('..', import.meta.url));
const texts = readFiles(root, /\.(ts|js|json|md|sh)$|^\.ci\/|^[^/]*$/);
const sources = texts.filter(({ path }) => /^(core|sim|properties|tidy|bench|docs|examples)\/.*\.[tj]s$/.test(path));
const read = texts.filter(({ path }) => !path.endsWith('.json'));
const running = sources.filter(({ path }) => !isTest(path));

const filesIn = (files: readonly SourceFile[], rooms: RegExp, exceptions: readonly Exception[] = []): SourceFile[] =>
  files.filter(({ path }) => rooms.test(path) && !isExcepted(path, exceptions));

const textsOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ path, line, what }) => `${path}:${line}: ${what}`);

describe('the repository', () => {
  test.each<[string, Check, readonly SourceFile[]]>([
    ['imports go one way', checkDirection, sources],
    ['imports form no cycle', checkCycles, sources],
    [
      'time and chance come through ports',
      checkAmbient,
      filesIn(running, /^(core|sim\/(kernel|system|network|redis|ambient|world|plan|run))\//, AMBIENT),
    ],
    ['no file is too long', checkLength, filesIn(sources, /^(core|sim|properties|tidy|bench)\//, LENGTH)],
    ['no folder has too many files', checkFolderSize, filesIn(running, /^sim\//)],
    ['no module has state', checkModuleState, filesIn(running, /^(core|sim\/kernel)\//, MODULE_STATE)],
    ['no test is singled out', checkNothingSingledOut, sources],
    ['no note is unfinished', checkNothingUnfinished, sources],
    ['no file contains a path of one machine', checkNoMachinePaths, filesIn(texts, /./, MACHINE_PATHS)],
    ['no text contains a phrase to avoid', checkPhrases, read],
    ['prose and comments have at most 100 columns', checkProseWidth, read],
    ['no name takes code for a person', checkNames, read],
  ])('%s', (_name, check, files) => {
    expect(files.length).toBeGreaterThan(0);
    expect(textsOf(check(files))).toEqual([]);
  });
});

test('the package declares every package that its sources import', () => {
  const { dependencies, peerDependencies } = JSON.parse(
    texts.find(({ path }) => path === 'package.json')?.text ?? '',
  ) as Record<'dependencies' | 'peerDependencies', Record<string, string>>;
  const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  expect(textsOf(checkDeclared(filesIn(running, /^sim\/(?!build\.js|start\.js)/), declared))).toEqual([]);
  const planted = [
    { path: 'sim/a.ts', text: `import { a } from 'declared';\nimport { b } from '@scope/b/deep.js';\nrequire('c/d');` },
  ];
  expect(checkDeclared(planted, new Set(['declared'])).map(({ line }) => line)).toEqual([2, 3]);
});

/** The lines at which a check reports a planted file. */
function lines(check: Check, path: string, ...planted: string[]): number[] {
  return check([{ path, text: planted.join('\n') }]).map(({ line }) => line);
}

const imported = (from: string, statement: string): boolean => lines(checkDirection, from, statement).length > 0;

describe('each check reports what is planted', () => {
  test.each([
    ['core/registry.ts', `import type { Json } from '../sim/system/types.ts';`],
    ['core/registry.test.ts', `import { run } from '../sim/index.ts';`],
    ['sim/kernel/heap.ts', `import type { Clock } from '../../core/ports.ts';`],
    ['sim/run/execute-run.ts', `const x = await import('../../properties/system.ts');`],
    ['sim/run/execute-run.ts', `type X = import('../../core/ports.ts').Clock;`],
    ['sim/run/execute-run.ts', `import { run } from 'seedstorm';`],
    ['bench/seeds.ts', `import { simulate } from 'seedstorm/vitest';`],
    ['docs/ticker/ticker.ts', `import type { SimNode } from '../../sim/index.ts';`],
    ['examples/races/race.ts', `import { defineScenario } from '../../sim/index.ts';`],
    ['core/gateway.ts', `import { WebSocket } from 'ws';`],
    ['core/streams.ts', `import { type Redis } from 'ioredis';`],
    ['core/streams.ts', `import { Registry } from './registry.ts';`],
    ['core/streams.ts', `export { Registry } from './registry.ts';`],
    ['core/streams.ts', `import { Gateway } from '../properties/gateway.ts';`],
    ['core/backoff.ts', `import { Registry } from './registry.ts';`],
    ['core/adapters/redis.ts', `import { Registry } from '../registry.ts';`],
    ['core/streams.ts', `import { wsSocket } from './adapters/ws.ts';`],
    ['core/streams.ts', `import { fakeClock } from './test/clock.ts';`],
    ['sim/run/execute-run.ts', `import { planted } from './run.test.ts';`],
    ['core/limits.ts', `import { Registry } from './registry.ts';`],
    ['sim/kernel/heap.ts', `import type { SimNode } from '../world/node.ts';`],
    ['sim/search/campaign.ts', `export * from '../replay/file.ts';`],
    ['sim/run/execute-run.ts', `import { load } from '../load/load.ts';`],
    ['sim/load/load.ts', `import { perform } from '../search/campaign.ts';`],
    ['sim/cli/main.ts', `import { run } from '../index.ts';`],
    ['sim/extra/thing.ts', `import { heap } from '../kernel/heap.ts';`],
    ['sim/cli/main.ts', `import { heap } from '../extra/heap.ts';`],
  ])('direction: %s must not contain %s', (from, statement) => {
    expect(imported(from, statement)).toBe(true);
  });

  test.each([
    ['core/streams.ts', `import type { Registry } from './registry.ts';`],
    ['core/streams.ts', `import { LIMITS } from './limits.ts';`],
    ['core/streams.ts', `import { backoffMs } from './backoff.ts';`],
    ['core/test/clock.ts', `import { Registry } from '../registry.ts';`],
    ['core/streams.ts', `import type { Redis } from 'ioredis';`],
    ['core/gateway.ts', `import { Registry } from './registry.ts';`],
    ['core/server.ts', `import { WebSocketServer } from 'ws';`],
    ['core/adapters/redis.ts', `import { Redis } from 'ioredis';`],
    ['core/adapters/redis.ts', `import { retry } from './retry.ts';`],
    ['core/streams.test.ts', `import { Registry } from './registry.ts';`],
    ['sim/cli/main.ts', `import { load } from '../load/load.ts';`],
    ['sim/load/load.ts', `import { createGlobals } from '../ambient/globals.ts';`],
    ['sim/world/node.ts', `import { Network } from '../network/network.ts';`],
    ['sim/project/source.ts', `import { bundle } from '../load/bundle.ts';`],
    ['sim/report/text.ts', `import { heap } from '../kernel/heap.ts';`],
    ['sim/index.ts', `export { run } from './run/run.ts';`],
    ['properties/system.ts', `import { Gateway } from '../core/gateway.ts'; import { run } from '../sim/index.ts';`],
  ])('direction: %s may contain %s', (from, statement) => {
    expect(imported(from, statement)).toBe(false);
  });

  test.each(['', 'type'])('cycles: one closed by an import of kind "%s" is reported with its path', (kind) => {
    const a = { path: 'sim/run/a.ts', text: `import { b } from './b.ts';\nexport const a = b;` };
    const b = { path: 'sim/run/b.ts', text: `\nexport { c as b } from './deep/c.ts';` };
    const back = { path: 'sim/run/deep/c.ts', text: `import ${kind} { a } from '../a.ts';` };
    expect(textsOf(checkCycles([a, b, back]))).toEqual([
      'sim/run/deep/c.ts:1: break the import cycle sim/run/a.ts -> sim/run/b.ts -> sim/run/deep/c.ts -> sim/run/a.ts',
    ]);
    expect(checkCycles([a, b])).toEqual([]);
    expect(lines(checkCycles, 'sim/run/a.ts', `import './a.ts';`)).toEqual([1]);
  });

  test.each([
    'const at = Date.now();',
    `const at = Date['now']();`,
    'const at = new Date();',
    'const at = Date();',
    'const { now } = Date;',
    'const at = performance.now();',
    'const at = process.hrtime.bigint();',
    'setTimeout(() => {}, 5);',
    'const later = { run: setImmediate };',
    'globalThis.setInterval(() => {}, 5);',
    'const { setTimeout: later } = globalThis;',
    'const x = Math.random();',
    'const draw = Math.random as () => number;',
    'const id = crypto.randomUUID();',
    'const id = globalThis.crypto.randomUUID();',
    `import { randomUUID as id } from 'node:crypto';`,
    `import { randomBytes } from 'crypto';`,
    `import * as c from 'node:crypto'; c.randomInt(5);`,
    `import c from 'node:crypto'; const { randomFillSync } = c;`,
    `import { webcrypto } from 'node:crypto'; webcrypto.getRandomValues(x);`,
    `import { setTimeout as sleep } from 'node:timers/promises';`,
    `import { performance as p } from 'node:perf_hooks'; p.now();`,
    `import process from 'node:process'; process.hrtime();`,
  ])('ambient: %s is reported', (text) => {
    expect(lines(checkAmbient, 'core/streams.ts', '', text)).toEqual([2]);
  });

  test.each([
    'const at = new Date(clock.wallMs()).toISOString();',
    'clock.startTimer(tag, 5, fire); clock.now();',
    'const largest = Math.max(1, 2);',
    'const text = Math.max(1, 2).toString(); text.constructor.toString();',
    'const timers = { setTimeout: start }; timers.setTimeout();',
    'const timers = { setTimeout: 1, random: 2 }; timers.setTimeout;',
    'type Later = typeof setTimeout; interface X { setTimeout(): void }',
    `import { createHash } from 'node:crypto'; createHash('sha256');`,
    `import { setTimeout } from './virtual.ts'; setTimeout();`,
    `import type { webcrypto } from 'node:crypto';`,
  ])('ambient: %s is not reported', (text) => {
    expect(lines(checkAmbient, 'core/streams.ts', text)).toEqual([]);
  });

  test('length: 301 lines are reported, 300 are not', () => {
    const long = Array.from({ length: 301 }, (_, index) => `// ${index}`);
    expect(lines(checkLength, 'core/streams.ts', ...long)).toEqual([301]);
    expect(lines(checkLength, 'core/streams.ts', ...long.slice(1), '')).toEqual([]);
  });

  test('folder size: 26 files are reported, 25 are not, and subfolders do not count', () => {
    const files = Array.from({ length: 26 }, (_, index) => ({ path: `sim/run/f${index}.ts`, text: '' }));
    expect(textsOf(checkFolderSize(files))).toEqual(['sim/run:1: 26 source files; split the folder at 25']);
    expect(checkFolderSize([...files.slice(1), { path: 'sim/run/deep/a.ts', text: '' }])).toEqual([]);
  });

  test('module state: variables and empty containers are reported', () => {
    const planted = [
      'let a = 1;',
      'export let b = 1;',
      'var c = 1;',
      'const d = new Map<string, number>();',
      'const e = [];',
    ];
    expect(lines(checkModuleState, 'core/streams.ts', ...planted)).toEqual([1, 2, 3, 4, 5]);
    const harmless = [`const f = new Set(['a']);`, 'function g() { let h = 1; return h; }', 'declare let i: number;'];
    expect(lines(checkModuleState, 'core/streams.ts', ...harmless)).toEqual([]);
  });

  test('only, unfinished notes and paths of a machine are reported', () => {
    const only = '.on' + 'ly';
    expect(lines(checkNothingSingledOut, 'a.test.ts', `test${only}('x', f);`, `describe.each([])${only};`)).toEqual([
      1,
    ]);
    expect(lines(checkNothingSingledOut, 'a.test.ts', `test.concurrent${only}('x', f);`, `plan${only};`)).toEqual([1]);
    expect(lines(checkNothingUnfinished, 'a.ts', '', `// ${'TO' + 'DO'}: later`, `// ${'FIX' + 'ME'}`)).toEqual([2, 3]);
    expect(lines(checkNoMachinePaths, 'a.md', `see /${'ho' + 'me'}/me/x`, `('/${'tm' + 'p'}/x')`)).toEqual([1, 2]);
    const elsewhere = `https://host.example/${'ho' + 'me'}/x and ./${'ho' + 'me'}/x and core/${'wo' + 'rk'}/x`;
    expect(lines(checkNoMachinePaths, 'a.md', elsewhere)).toEqual([]);
  });

  test('exceptions match whole paths, or with one star their beginning and end', () => {
    const exceptions = [
      { path: 'a/b.ts', reason: '' },
      { path: 'a/c*.ts', reason: '' },
    ];
    expect(['a/b.ts', 'a/c.ts', 'a/c-d.ts', 'a/b.ts.ts', 'a/d.ts'].map((file) => isExcepted(file, exceptions))).toEqual(
      [true, true, true, false, false],
    );
  });
});
