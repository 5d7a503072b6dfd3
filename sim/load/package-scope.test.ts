/** Packages and the system of a process share one `globalThis` and one `process`, and no more. */
import { describe, expect, test } from 'vitest';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { project, runMain, startProcess } from './test/project.ts';

const files = {
  'node_modules/listener/package.json': '{"name":"listener"}',
  'node_modules/listener/index.js': `
    process.on('exit', (code) => console.log('exit', code));
    process.once('ready', () => console.log('once'));
    process.loadedBy = 'listener';
    globalThis.registry = 'loaded';
    globalThis[Symbol.for('listener.api')] ??= 'api';
    Object.defineProperty(globalThis, Symbol.for('fixed'), { value: 'fixed', configurable: false, enumerable: false });
    exports.found = () => [globalThis.registry, globalThis.own, global[Symbol.for('listener.api')], 'own' in globalThis];
    exports.set = (name, value) => { globalThis[name] = value; };
    exports.remove = (name) => delete globalThis[name];
    exports.usual = () => [globalThis.process === process, globalThis === global, globalThis.globalThis === globalThis, globalThis.setTimeout === setTimeout];
    exports.fixed = () => globalThis[Symbol.for('fixed')];
    exports.keys = () => Object.keys(globalThis);`,
  'node_modules/lazy/package.json': '{"name":"lazy"}',
  'node_modules/lazy/index.js': "process.on('late', () => console.log('late')); globalThis.lazy = 'lazy';",
};

const images = async (text: string, current: () => ManualHost | null, statefulPackages: readonly string[] = []) =>
  project({ ...files, 'system.ts': text }).image(current, { statefulPackages });

test('a main module has its own arguments, whatever packages add to process', async () => {
  const image = await images(
    "import 'listener'; console.log(process.argv[1], process.listenerCount('exit'));",
    () => null,
  );
  expect(await runMain(image)).toEqual(['/app/system.ts 1']);
});

describe.each([
  ['once', []],
  ['for each process', ['listener', 'lazy']],
])('with packages evaluated %s', (_, statefulPackages) => {
  test('each process has what they add to process while they are loaded', async () => {
    let running: ManualHost | null = null;
    const image = await images(
      `import 'listener';
      export const start = ({ lazily }) => {
        if (lazily) require('lazy');
        const counts = ['exit', 'ready', 'late'].map((name) => process.listenerCount(name));
        process.emit('exit', 3); process.emit('ready'); process.emit('ready'); process.emit('late');
        process.removeAllListeners('exit');
        return [...counts, process.loadedBy, globalThis.lazy];
      };`,
      () => running,
      statefulPackages,
    );
    for (const lazily of [false, true, false, true]) {
      running = new ManualHost();
      running.detailed = true;
      const late = lazily ? 1 : 0;
      const found = (await startProcess(image, running, { lazily })) as unknown[];
      expect(found).toEqual([1, 1, late, 'listener', lazily ? 'lazy' : undefined]);
      expect(running.printed).toEqual(['exit 3', 'once', ...(lazily ? ['late'] : [])]);
    }
  });

  test('they see the globals of their process only, and it sees theirs', async () => {
    let running: ManualHost | null = null;
    const image = await images(
      `import { fixed, found, keys, remove, set, usual } from 'listener';
      export const start = ({ changes }) => {
        const before = found();
        if (changes) {
          globalThis.own = 'own'; globalThis.registry = 'replaced';
          set('theirs', 1); set(Symbol.for('listener.api'), 'later');
          globalThis.removed = 1;
        }
        return [before, found(), globalThis.theirs, keys().includes('theirs'), remove('removed') && 'removed' in globalThis,
          globalThis[Symbol.for('listener.api')], usual(), fixed()];
      };`,
      () => running,
      statefulPackages,
    );
    const untouched = ['loaded', undefined, 'api', false];
    for (const changes of [false, true, false]) {
      running = new ManualHost();
      const [before, after, theirs, hasKey, removed, api, usual, fixed] = (await startProcess(image, running, {
        changes,
      })) as unknown[];
      expect(before).toEqual(untouched);
      expect(after).toEqual(changes ? ['replaced', 'own', 'later', true] : untouched);
      expect([theirs, hasKey, removed, api]).toEqual(
        changes ? [1, true, false, 'later'] : [undefined, false, false, 'api'],
      );
      expect([usual, fixed]).toEqual([[true, true, true, true], 'fixed']);
    }
  });
});

test('a package that is evaluated once finds its native Map in globalThis', async () => {
  const index = 'exports.isNative = () => globalThis.Map === Map && globalThis.Map.name === "Map";';
  const text = "import { isNative } from 'native'; export const start = () => [isNative(), globalThis.Map === Map];";
  const host = new ManualHost();
  const image = await project({
    'node_modules/native/package.json': '{"name":"native"}',
    'node_modules/native/index.js': index,
    'system.ts': text,
  }).image(() => host);
  expect(await startProcess(image, host)).toEqual([true, true]);
});
