import { describe, expect, test } from 'vitest';
import { bundleScenario, type BundleSystemOptions } from './bundle.ts';
import { LoadError } from './errors.ts';
import { project } from './test/project.ts';

const start = 'export const start = () => ({});';

describe('a bundle', () => {
  test('consists of data only', async () => {
    const bundle = await project(
      {
        'system.ts': `import { z } from 'zod'; import './own.ts'; z.string(); ${start}`,
        'own.ts': 'globalThis.own = 1;',
      },
      ['zod'],
    ).bundle();
    expect(structuredClone(bundle)).toEqual(bundle);
    expect(Object.keys(bundle).sort()).toEqual([
      'codeHash',
      'files',
      'form',
      'main',
      'mayUseFailpoints',
      'mayUseRedis',
      'name',
      'otherVersion',
      'packages',
      'packagesCode',
      'packagesMap',
      'projectFiles',
      'scenarioCode',
      'scenarioMap',
      'statefulPackages',
      'systemCode',
      'systemMap',
      'webCode',
    ]);
    expect([bundle.name, bundle.codeHash.length, /globalThis\.own/.test(bundle.systemCode)]).toEqual([
      'scenario',
      16,
      true,
    ]);
    expect([bundle.systemCode.includes('ZodString'), bundle.packagesCode.includes('ZodString')]).toEqual([false, true]);
  });

  test('has a hash of its content and of nothing else', async () => {
    const files = { 'system.ts': `import { z } from 'zod'; z.string(); ${start}` };
    const hashOf = async (more: Record<string, string>): Promise<string> =>
      (await project({ ...files, ...more }, ['zod']).bundle()).codeHash;
    const hash = await hashOf({});
    expect(await hashOf({})).toBe(hash);
    expect(await hashOf({ 'unused.ts': 'export {};' })).toBe(hash);
    expect(await hashOf({ 'scenario.ts': 'export default 1;' })).not.toBe(hash);
    expect(await hashOf({ 'system.ts': `import { z } from 'zod'; z.number(); ${start}` })).not.toBe(hash);
  });

  test('leaves out packages of which only types are imported', async () => {
    const { packagesCode } = await project(
      { 'system.ts': `import type { z } from 'zod'; export type Z = z.ZodType; ${start}` },
      ['zod'],
    ).bundle();
    expect(packagesCode).toBe('module.exports = {};\n');
  });

  test('uses a scenario that is bundled already', async () => {
    const made = project({ 'system.ts': start });
    const scenario = await bundleScenario(`${made.folder}/scenario.ts`);
    expect((await made.bundle({ scenario })).codeHash).toBe((await made.bundle()).codeHash);
  });

  test('contains the packages of a scenario in the text of the scenario', async () => {
    const { scenarioCode, packagesCode } = await project(
      { 'system.ts': start, 'scenario.ts': `import { z } from 'zod'; export default z.string();` },
      ['zod'],
    ).bundle();
    expect([scenarioCode.includes('ZodString'), packagesCode]).toEqual([true, 'module.exports = {};\n']);
  });

  test('lists its source files', async () => {
    const made = project({ 'system.ts': `import './own.ts'; import 'zod'; ${start}`, 'own.ts': '', 'unused.ts': '' }, [
      'zod',
    ]);
    const { files } = await made.bundle();
    expect([...files].sort()).toEqual(['own.ts', 'scenario.ts', 'system.ts'].map((name) => `${made.folder}/${name}`));
  });

  test('contains only the part of the simulator that scenarios use, by name and by path', async () => {
    const made = project({
      'system.ts': start,
      'scenario.ts': `import { a } from 'seedstorm'; import { b } from './simulator/index.ts'; export default [a, b];`,
      'simulator/index.ts': `import 'gone'; export * from './small.ts';`,
      'simulator/small.ts': 'export const [a, b] = [1, 2];',
    });
    const { files } = await made.bundle({ simulatorEntry: `${made.folder}/simulator/small.ts` });
    expect(files).toContain(`${made.folder}/simulator/small.ts`);
    expect(files).not.toContain(`${made.folder}/simulator/index.ts`);
  });

  test('contains the simulator even if it is not installed', async () => {
    const made = project({
      'system.ts': start,
      'scenario.ts': `import { defineScenario } from 'seedstorm'; export default defineScenario({});`,
      'simulator.ts': 'export const defineScenario = (s: object) => ({ ...s, mark: "from here" });',
    });
    const { scenarioCode } = await made.bundle({ simulatorEntry: `${made.folder}/simulator.ts` });
    expect(scenarioCode).toContain('from here');
    await expect(made.bundle()).rejects.toThrow('scenario.ts:1: package "seedstorm" is not installed');
  });
});

describe('an invalid system or scenario is reported in one line', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a syntax error', { 'system.ts': 'export const start =\n= 1;' }, 'system.ts:2: Unexpected "="'],
    ['a missing file', { 'system.ts': `\nimport './gone.ts'; ${start}` }, 'system.ts:2: Could not resolve "./gone.ts"'],
    ['a missing package', { 'system.ts': `import 'gone'; ${start}` }, 'system.ts:1: package "gone" is not installed'],
    [
      'top-level await in a scenario',
      { 'system.ts': start, 'scenario.ts': 'await Promise.resolve();\nexport default {};' },
      'scenario.ts:1: top-level await is not supported in a scenario',
    ],
    ['no system', {}, 'system.ts: no such file'],
    [
      'no default export',
      { 'system.ts': start, 'scenario.ts': 'export const a = 1;' },
      'scenario.ts is not a scenario: it has no default export; if it is your server, name it as system in one, as init does',
    ],
    [
      'several missing packages',
      { 'system.ts': `import 'gone'; import '@far/away/deep.js'; import './x.ts'; ${start}`, 'x.ts': `import 'gone';` },
      'system.ts:1: packages are not installed: gone, @far/away',
    ],
    [
      'many missing packages',
      { 'system.ts': `${'abcdefghijklmnop'.replaceAll(/./g, "import 'gone-$&'; ")}${start}` },
      `system.ts:1: packages are not installed: ${[...'abcdefghijklmnop'].map((letter) => `gone-${letter}`).join(', ')}`,
    ],
    [
      'a missing package and a missing file',
      { 'system.ts': `import 'gone'; import './away.ts'; ${start}` },
      'system.ts:1: package "gone" is not installed (and 1 more)',
    ],
  ])('%s', async (_name, files, message) => {
    const failure: unknown = await project(files)
      .bundle()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LoadError);
    expect([(failure as Error).message, (failure as Error).stack]).toEqual([message, `LoadError: ${message}`]);
  });

  test.each<[string, string, Partial<BundleSystemOptions>, string]>([
    ['no export of the name', 'export const begin = 1;', { start: 'open' }, 'system.ts: has no export named "open"'],
    [
      'a stateless main module',
      'export const begin = 1;',
      { stateless: true },
      './system.ts is a main module, so each process has to evaluate it; remove system.stateless',
    ],
    [
      'a stateless system that awaits',
      `await 1; ${start}`,
      { stateless: true },
      './system.ts awaits at top level, so each process has to evaluate it; remove system.stateless',
    ],
  ])('%s', async (_name, text, options, message) => {
    const failure: unknown = await project({ 'system.ts': text })
      .bundle(options)
      .catch((error: unknown) => error);
    expect([failure instanceof LoadError, (failure as Error).message]).toEqual([true, message]);
  });

  test('a missing scenario', async () => {
    await expect(bundleScenario('absent.ts')).rejects.toThrow('absent.ts: no such file');
  });
});
