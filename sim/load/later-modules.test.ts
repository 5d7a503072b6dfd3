import { onTestFinished, expect, test } from 'vitest';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { createImage } from './evaluate.ts';
import { Project } from './test/project.ts';

const PACKAGE = (name: string, type: string) => `{"name":"${name}","type":"${type}","main":"index.js"}`;

interface Scenario {
  later(): Promise<readonly number[]>;
}

test('what an operation imports sees nothing of the run, as if it were imported at the top', async () => {
  const project = new Project({
    'system.ts': 'export const start = () => ({});',
    'own.ts': 'export const value = Math.random();',
    'scenario.ts': `
      export default {
        async later() {
          const modules = [await import('common'), await import('module'), await import('./own.ts')];
          return [...modules.map(({ value }) => value), Math.random()];
        },
      };`,
    'node_modules/common/package.json': PACKAGE('common', 'commonjs'),
    'node_modules/common/index.js': 'exports.value = Math.random();',
    'node_modules/module/package.json': PACKAGE('module', 'module'),
    'node_modules/module/index.js': 'export const value = Math.random();',
  });
  onTestFinished(() => project.remove());
  const bundle = await project.bundle();
  const evaluated = async (fractions: number[]) => {
    const host = new ManualHost();
    host.fraction = () => fractions.shift() ?? 0.5;
    const { later } = createImage(bundle, { current: () => host }).scenario as Scenario;
    return { first: await later(), again: await later() };
  };
  const { first, again } = await evaluated([0.1, 0.2]);
  expect([first[3], again[3]]).toEqual([0.1, 0.2]);
  expect(again.slice(0, 3)).toEqual(first.slice(0, 3));
  expect((await evaluated([0.7, 0.8])).first.slice(0, 3)).toEqual(first.slice(0, 3));
});

test('what it must not do while it is loaded is said as for an actor', async () => {
  const project = new Project({
    'system.ts': 'export const start = () => ({});',
    'scenario.ts': "export default { later: () => import('waits') };",
    'node_modules/waits/package.json': PACKAGE('waits', 'commonjs'),
    'node_modules/waits/index.js': 'setTimeout(() => undefined, 5);',
  });
  onTestFinished(() => project.remove());
  const { later } = createImage(await project.bundle(), { current: () => new ManualHost() }).scenario as Scenario;
  await expect(later()).rejects.toThrow(
    'called setTimeout while being loaded, which is not simulated; instead, call it within an operation',
  );
});
