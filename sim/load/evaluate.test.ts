import { describe, expect, test } from 'vitest';
import { ManualHost, settled } from '../ambient/test/manual-host.ts';
import { bundleScenario } from './bundle.ts';
import { createImage, evaluateScenario } from './evaluate.ts';
import { project, startProcess } from './test/project.ts';

const counting = {
  'node_modules/counter/package.json': '{"name":"counter","main":"index.js"}',
  'node_modules/counter/index.js':
    'let count = 0; const at = Date.now; exports.next = () => ++count; exports.at = at; exports.loadedAt = Date.now();',
};

describe('a process', () => {
  test('starts with fresh module state, and shares packages with other processes', async () => {
    const made = project({
      ...counting,
      'system.ts': `import { next } from 'counter'; import { own } from './own.ts'; export const start = () => [own(), next()];`,
      'own.ts': 'let count = 0; export const own = () => ++count;',
    });
    const image = await made.image();
    expect([await startProcess(image, new ManualHost()), await startProcess(image, new ManualHost())]).toEqual([
      [1, 1],
      [1, 2],
    ]);
    const stateful = await made.image(undefined, { statefulPackages: ['counter'] });
    expect([await startProcess(stateful, new ManualHost()), await startProcess(stateful, new ManualHost())]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('can share its modules with other processes, bound to the one that runs and loaded with the time of loading', async () => {
    let running: ManualHost | null = null;
    const image = await project({
      'system.ts': `
        let count = 0;
        const loadedAt = Date.now();
        export const start = () => [++count, Date.now(), loadedAt];`,
    }).image(() => running);
    const [one, two] = [new ManualHost(), new ManualHost()];
    two.nowMs = 2000;
    const seen: unknown[] = [];
    for (running of [one, two]) seen.push(await startProcess(image.shared!, running));
    expect(seen).toEqual([
      [1, 5_001_000, 1_577_836_800_000],
      [2, 5_002_000, 1_577_836_800_000],
    ]);
    expect(await startProcess(image, one)).toEqual([1, 5_001_000, 5_001_000]);
  });

  test('may import JSON', async () => {
    const image = await project({
      'system.ts': "import x from './x.json' with { type: 'json' }; export const start = () => x.words;",
      'x.json': '{ "words": ["one", "two"] }',
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual(['one', 'two']);
  });

  test('gets simulated globals by escaped names, by spreading, and as members of the global object', async () => {
    const image = await project({
      'system.ts': `
        export const start = () => [\\u0044ate.now(), globalThis['\\u0044ate'].now(), { ...process }.pid];`,
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual([5_001_000, 5_001_000, 1]);
  });

  test('has its own clock, tables and random values, and packages use those of the process that runs', async () => {
    let running: ManualHost | null = null;
    const image = await project({
      ...counting,
      'system.ts': `
        import { at, loadedAt } from 'counter';
        const loaded = Math.random();
        export const start = () => ({ own: Date.now(), packages: at(), loadedAt, loaded, map: Map });`,
    }).image(() => running);
    const [one, two] = [new ManualHost(), new ManualHost()];
    two.nowMs = 2000;
    const seen: unknown[] = [];
    for (running of [one, two]) seen.push(await startProcess(image, running));
    const loaded = new ManualHost().fraction('');
    expect(seen).toEqual([
      { own: 5_001_000, packages: 5_001_000, loadedAt: 1_577_836_800_000, loaded, map: expect.any(Function) },
      { own: 5_002_000, packages: 5_002_000, loadedAt: 1_577_836_800_000, loaded, map: expect.any(Function) },
    ]);
  });

  test('may declare variables with the names of globals', async () => {
    const image = await project({
      'system.ts': `
        import crypto from 'node:crypto';
        import { setTimeout } from './own.ts';
        const process = 'mine';
        class Date {}
        export const start = () => [typeof crypto.createHash, setTimeout(), process, String(new Date())];`,
      'own.ts': `export const setTimeout = () => typeof globalThis.setTimeout + typeof process.nextTick;`,
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual([
      'function',
      'functionfunction',
      'mine',
      '[object Object]',
    ]);
  });

  test('runs in strict mode, at a simulated path, and can import at run time', async () => {
    const image = await project({
      ...counting,
      'system.ts': `
        export const start = async () => [
          (function () { return this; })(), import.meta.url, typeof module, (await import('counter')).next(),
          (await import('node:path')).join('a', 'b'), await import('./' + 'gone').catch((error) => error.code),
        ];`,
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual([
      undefined,
      'file:///app/system.ts',
      'object',
      1,
      'a/b',
      'ERR_MODULE_NOT_FOUND',
    ]);
  });

  test('may call what is refused while it is loaded, if it catches the error', async () => {
    const attempt = "import { readFileSync } from 'node:fs'; const read = () => readFileSync('x');";
    const caught = `${attempt} let found = true; try { read(); } catch { found = false; }`;
    const image = await project({
      'node_modules/curious/package.json': '{"type":"module"}',
      'node_modules/curious/index.js': `${caught} export { found };`,
      'system.ts': `import { found as theirs } from 'curious'; ${caught} export const start = ({ isBold }) => isBold ? read() : [found, theirs];`,
    }).image(() => null, { statefulPackages: ['curious'] });
    const host = new ManualHost();
    expect([await startProcess(image, host), host.escapes]).toEqual([[false, false], []]);
    const bold = startProcess(image, host, { isBold: true });
    await expect(bold).rejects.toThrow('node-1 called node:fs readFileSync');
    const careless = await project({ 'system.ts': `${attempt} read(); export const start = () => 1;` }).image();
    expect(() => careless.instantiate(host)).toThrow('node-1 called node:fs readFileSync');
    expect(host.escapes).toEqual(['node:fs readFileSync', 'node:fs readFileSync']);
  });

  test('has frames named after its functions', async () => {
    const image = await project({ 'system.ts': 'export function start() { return new Error().stack; }' }).image();
    expect(await startProcess(image, new ManualHost())).toMatch(/at (Object\.)?start \(simulated:system\.js:\d+/);
  });
});

describe('imports of packages', () => {
  const packages = {
    'node_modules/es/package.json': '{"name":"es","type":"module","exports":"./index.js"}',
    'node_modules/es/index.js': 'export default "default"; export const named = "named";',
    'node_modules/babel/package.json': '{"name":"babel"}',
    'node_modules/babel/index.js':
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "inner"; exports.named = "named";',
    'node_modules/plain/package.json': '{"name":"plain"}',
    'node_modules/plain/index.js': 'module.exports = () => "called"; module.exports.named = "named";',
    'node_modules/dual/package.json': '{"name":"dual","exports":{"import":"./a.mjs","require":"./b.cjs"}}',
    'node_modules/dual/a.mjs': 'export const form = "import";',
    'node_modules/dual/b.cjs': 'exports.form = "require";',
  };

  test('are the same as in Node', async () => {
    const image = await project({
      ...packages,
      'system.ts': `
        import es, { named as esNamed } from 'es';
        import babel, { named as babelNamed } from 'babel';
        import plain, { named as plainNamed } from 'plain';
        import * as all from 'plain';
        import { form } from 'dual';
        import { form as again } from './old.cjs';
        export const start = () => [es, esNamed, babel.default, babelNamed, plain(), plainNamed, all.default(), form, again];`,
      'old.cjs': `exports.form = require('dual').form;`,
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual([
      'default',
      'named',
      'inner',
      'named',
      'called',
      'named',
      'called',
      'import',
      'require',
    ]);
  });

  test.each(['once', 'for each process'])(
    'by packages that are evaluated %s get the form for import or require',
    async (how) => {
      const image = await project({
        ...packages,
        'node_modules/old/package.json': '{"name":"old"}',
        'node_modules/old/index.js': `exports.form = require('dual').form; exports.named = require('es').named;`,
        'system.ts': `
        import { form } from 'dual';
        import { form as old, named } from 'old';
        export const start = () => [form, old, named];`,
      }).image(() => null, how === 'once' ? {} : { statefulPackages: ['old'] });
      expect(await startProcess(image, new ManualHost())).toEqual(['import', 'require', 'named']);
    },
  );

  test('come from the importing file’s folder', async () => {
    const image = await project({
      'node_modules/plain/package.json': '{}',
      'nested/node_modules/plain/package.json': '{}',
      'node_modules/plain/index.js': 'exports.version = 1;',
      'nested/node_modules/plain/index.js': 'exports.version = 2;',
      'nested/inner.ts': `import { version } from 'plain'; export const inner = version;`,
      'system.ts': `import { version } from 'plain'; import { inner } from './nested/inner.ts'; export const start = () => [version, inner];`,
    }).image();
    expect(await startProcess(image, new ManualHost())).toEqual([1, 2]);
  });
});

describe('an error of loading is one line', () => {
  test('a package that starts a timer when it is loaded', async () => {
    const made = project({
      'node_modules/cache/index.js': 'setInterval(() => {}, 1000); exports.size = 0;',
      'system.ts': `import { size } from 'cache'; export const start = () => size;`,
    });
    await expect(made.image()).rejects.toThrow(
      'node_modules/cache/index.js: packages.js called setInterval while being loaded, which is not simulated; instead, add the package to system.statefulPackages',
    );
    const host = new ManualHost();
    await startProcess(await made.image(undefined, { statefulPackages: ['cache'] }), host);
    expect(host.waiting.map(({ label }) => label)).toEqual(['setInterval']);
  });

  test('a package that sets a variable of the environment when it is loaded', async () => {
    const made = project({
      'node_modules/settings/package.json': '{}',
      'node_modules/settings/index.js': 'delete process.env.GONE; process.env.SIZE = 3; exports.loaded = true;',
      'system.ts': `import { loaded } from 'settings'; export const start = () => [loaded, process.env.SIZE, Object.keys(process.env)];`,
    });
    await expect(made.image()).rejects.toThrow(
      'node_modules/settings/index.js: packages.js called process.env set while being loaded, which is not simulated',
    );
    const image = await made.image(undefined, { statefulPackages: ['settings'] });
    expect(await startProcess(image, new ManualHost())).toEqual([true, '3', ['SIZE']]);
  });

  test('a package that throws, a scenario that throws, a system without start', async () => {
    const files = {
      'system.ts': `import 'bad'; export const start = 5;`,
      'node_modules/bad/package.json': '{}',
      'node_modules/bad/index.js': 'throw new TypeError("no");',
    };
    await expect(project(files).image()).rejects.toThrow('node_modules/bad/index.js: TypeError: no');
    const { scenarioCode, ...bundle } = await project({ 'system.ts': 'export const start = 5;' }).bundle();
    expect(() => createImage({ ...bundle, scenarioCode: 'throw 5' }, { current: () => null })).toThrow(
      'scenario.js: loading threw 5',
    );
    expect(() => createImage({ ...bundle, scenarioCode: '' }, { current: () => null })).toThrow('no default export');
    const { image } = createImage({ ...bundle, scenarioCode }, { current: () => null });
    await expect(startProcess(image, new ManualHost())).rejects.toThrow('exports no function that starts it');
  });
});

test('a scenario is evaluated once, and uses the host that runs', async () => {
  const made = project({
    'scenario.ts':
      'let reads = 0; export default { loadedAt: Date.now(), read: () => [++reads, Date.now()], leave: () => new BroadcastChannel("x") };',
  });
  const bundle = await bundleScenario(`${made.folder}/scenario.ts`);
  let running: ManualHost | null = null;
  const scenario = evaluateScenario(bundle, { current: () => running }) as {
    loadedAt: number;
    read(): number[];
    leave(): void;
  };
  running = new ManualHost('client-3');
  expect([scenario.loadedAt, scenario.read(), scenario.read()]).toEqual([
    1_577_836_800_000,
    [1, 5_001_000],
    [2, 5_001_000],
  ]);
  expect(() => scenario.leave()).toThrow('client-3 called BroadcastChannel');
});

test('async contexts follow timers and ticks after their first use', async () => {
  const image = await project({
    'system.ts': `
      import { AsyncLocalStorage } from 'node:async_hooks';
      const storage = new AsyncLocalStorage();
      export const start = () => new Promise((resolve) => storage.run('context', () => {
        const seen = [];
        const note = () => { seen.push(storage.getStore()); if (seen.length === 3) resolve(seen); };
        setTimeout(note, 5); process.nextTick(note); queueMicrotask(note);
      }));`,
  }).image();
  const host = new ManualHost();
  const seen = startProcess(image, host);
  await settled();
  host.runTicks();
  await host.advance(10);
  expect(await seen).toEqual(['context', 'context', 'context']);
});
