/**
 * The package as its users have it: packed, installed in an empty folder, used from the command
 * line, from programs and from vitest. The examples of docs/api.md run unchanged in that folder.
 */
import path from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenLinks } from './links.ts';
import { fencesIn } from './markdown.ts';
import { Installed } from './test/installed.ts';
import { runsLong } from '../sim/cli/test/long.ts';
import { root, textOf } from './test/repository.ts';

const blocks = fencesIn(textOf('docs/api.md')).filter(({ language }) => language === 'ts');
const isTest = ({ text }: { text: string }): boolean => text.includes('seedstorm/vitest');
const vitest = 'node_modules/vitest/vitest.mjs';

/** Of five seeds, so some properties may not be judged. */
const HELD = /✔ [1-9]\d* propert(?:y|ies) held/;

const isRun = runsLong('the installed package: its command line, the files copied out of it, docs/api.md, vitest');
const app = new Installed();
/** What npx starts, without its own second. */
const seedstorm = path.join(app.folder, 'node_modules/.bin/seedstorm');

beforeAll(async () => {
  await app.install();
  app.write('fixed.ts', app.read('gateway.ts').replace('./words.ts', './fixed-words.ts'));
  app.write('fixed-words.ts', app.read('words.ts').replace('last ?? socket', 'socket'));
});
afterAll(() => app.remove());

test.runIf(isRun)('pages of the package link to what is in it, and no test is', () => {
  const { files } = app;
  const pages = files.filter((file) => file.endsWith('.md')).map((path) => ({ path, text: textOf(path) }));
  expect(pages.length).toBeGreaterThan(5);
  const exists = (target: string): boolean => files.some((file) => file === target || file.startsWith(`${target}/`));
  expect(brokenLinks(pages, exists)).toEqual([]);
  expect(files.filter((file) => /\.test\.ts$|(^|\/)replays\//.test(file))).toEqual([]);
});

describe.runIf(isRun)('the command line', () => {
  test('finds the bug, and replays it by its id', async () => {
    const found = await app.run('npx', 'seedstorm', 'run', '--seeds', '20', '--seed-start', '0x1', '--bail');
    expect(found).toMatchObject({ code: 1, output: expect.stringContaining('✖ own-words  mix-up  seed 0x') as string });
    const [, id = ''] = /npx seedstorm replay ([0-9a-f]{6})$/m.exec(found.output) ?? [];
    expect(app.list('replays')).toEqual([`own-words-${id}.json`]);
    const replayed = await app.run('npx', 'seedstorm', 'replay', id);
    expect(replayed).toMatchObject({ code: 1, output: expect.stringContaining('✖ exact: own-words') as string });
    const paged = await app.run('npx', 'seedstorm', 'replay', id, '--html', 'page.html');
    expect(paged).toMatchObject({ code: 1, output: expect.stringMatching(/^page page\.html$/m) as string });
    expect(app.read('page.html')).toContain('<title>own-words · seedstorm</title>');
    expect((await app.run('npx', 'seedstorm', 'replay', 'abcdef')).code).toBe(2);
  });

  test('says its version, and holds a scenario that is named', async () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const { code, output } = await app.run('npx', 'seedstorm', '--version');
    expect([code, output.trim().split('\n').at(-1)]).toEqual([0, version]);
    expect((await app.run('npx', 'seedstorm', 'run', 'fixed.ts', '--seeds', '5')).code).toBe(0);
  });
});

describe.runIf(isRun)('seedstorm init', () => {
  test('writes what runs green, from the command line and in vitest, and leaves what is there', async () => {
    app.makeProject('fresh', '{\n  "name": "fresh"\n}\n');
    const made = await app.runIn('fresh', 'npx', 'seedstorm', 'init');
    expect(made).toMatchObject({
      code: 0,
      output: expect.stringContaining('npx seedstorm run ticker.sim.ts') as string,
    });
    expect(JSON.parse(app.read('fresh/package.json'))).toEqual({
      name: 'fresh',
      scripts: { sim: 'seedstorm run ticker.sim.ts' },
      seedstorm: { scenario: 'ticker.sim.ts' },
    });
    const ran = await app.runIn('fresh', seedstorm, 'run', '--seeds', '20');
    expect(ran).toMatchObject({ code: 0, output: expect.stringContaining('1 property held') as string });
    expect(await app.runIn('fresh', 'npm', 'run', 'sim', '--', '--seeds', '3')).toMatchObject({ code: 0 });
    const tested = await app.runIn('fresh', 'node', `../${vitest}`, 'run');
    expect(tested).toMatchObject({ code: 0, output: expect.stringMatching(/Tests +2 passed/) as string });
    const again = await app.runIn('fresh', seedstorm, 'init');
    expect(again.output.match(/^\w+/gm)).toEqual(['kept', 'kept', 'kept']);
  }, 300_000);

  test('finds the bug that is put in', async () => {
    app.edit('fresh/ticker.ts', "socket.on('close', () => clearInterval(timer));", '');
    const { code, output } = await app.runIn('fresh', seedstorm, 'run', '--seeds', '20', '--bail');
    expect(code).toBe(1);
    expect(output).toMatch(
      /✖ nothing-leaks[^]*node-\d still has \d+ timers, at most 0 before its first client: setInterval/,
    );
  });

  test('one line names what is not a directory', async () => {
    const refused = { code: 2, output: 'seedstorm: nowhere is not a directory\n' };
    expect(await app.run(seedstorm, 'init', 'nowhere')).toEqual(refused);
  });
});

describe.runIf(isRun)('files that are copied out of the package', () => {
  const folders = ['docs/app', 'docs/leak', 'docs/main', 'docs/ticker', 'docs/typed', 'examples'];

  beforeAll(() => {
    app.makeProject('copied', '{ "type": "module" }');
    for (const folder of folders) app.copyOut(folder, `copied/${folder}`);
    app.link('graphql', 'graphql-ws-5.14.3', 'graphql-ws-5.15.0', '@types/ws');
    app.link('express', '@types/express', 'jsonwebtoken', '@types/jsonwebtoken');
    app.link('socket.io', 'socket.io-client', '@socket.io/redis-adapter', 'fastify', '@fastify/websocket');
    app.link('@hocuspocus/server', '@hocuspocus/provider', 'yjs');
  });

  test.each([
    ['docs/ticker/ticker.sim.ts', /no timer outlives its connection +\d+\n✔ 1 property held/],
    ['docs/leak/visitors.sim.ts', HELD],
    ['docs/main/server.sim.ts', HELD],
    ['examples/graphql-ws/scenario.ts', HELD],
    ['examples/fastify/scenario.ts', HELD],
    ['examples/yjs/scenario.ts', HELD],
    ['examples/ws-chat/scenario.ts', HELD],
    ['examples/socket.io/scenario.ts', HELD],
    ['examples/races/snapshot-gap/scenario.ts', HELD],
  ])('%s runs', async (file, expected) => {
    const { code, output } = await app.runIn('copied', seedstorm, 'run', file, '--seeds', '5', '--seed-start', '0x1');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(expected) as string });
  });

  test('the first test finds the bug that is put in', async () => {
    app.edit('copied/docs/ticker/ticker.ts', "socket.on('close', () => clearInterval(timer));", '');
    const file = 'docs/ticker/ticker.sim.ts';
    const { code, output } = await app.runIn('copied', seedstorm, 'run', file, '--seeds', '20', '--bail');
    expect(code).toBe(1);
    expect(output).toMatch(
      /✖ no timer outlives its connection[^]*node-\d leaks timers[^]*no-timer-outlives-its-connection-/,
    );
  });

  test('the compiler knows all types', async () => {
    const settings = JSON.parse(app.read('tsconfig.json').replace('*.ts', '**/*.ts')) as object;
    // The types of Hocuspocus import files without their endings, which these settings refuse.
    app.write('copied/tsconfig.json', JSON.stringify({ ...settings, exclude: ['examples/yjs', 'node_modules'] }));
    const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');
    expect(await app.runIn('copied', 'node', compiler)).toEqual({ code: 0, output: '' });
  }, 180_000);
});

describe.runIf(isRun)('docs/api.md', () => {
  const programs = blocks.filter((block) => !isTest(block)).map(({ text }, index) => ({ text, number: index + 1 }));
  const tests = blocks.filter(isTest).map(({ text }, index) => ({ text, number: index + 1 }));

  test.each(programs)('program $number', async ({ text, number }) => {
    app.write(`program-${number}.ts`, text);
    app.write(`program-${number}.js`, (await transform(text, { loader: 'ts' })).code);
    const { code, output } = await app.run('node', `program-${number}.js`);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/\S/) as string });
  });

  test.each(tests)('test $number', async ({ text, number }) => {
    app.write(`example-${number}.test.ts`, text);
    const { code, output } = await app.run('node', vitest, 'run', `example-${number}`);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('SimulationError') as string });
    expect(output).toMatch(/✖ own-words {2}mix-up {2}seed 0x[\s\S]+plan 0x[\s\S]+npx seedstorm replay [0-9a-f]{6}$/m);
    expect(output).toContain(`example-${number}.test.ts:`);
  });

  test('there are some of each, and the compiler knows all types', async () => {
    expect([programs.length > 3, tests.length > 0]).toEqual([true, true]);
    expect(await app.run('node', path.join(root, 'node_modules/@typescript/native/bin/tsc'))).toEqual({
      code: 0,
      output: '',
    });
  });
});

describe.runIf(isRun)('vitest', () => {
  test('one shard of two, in threads', async () => {
    for (const name of ['one', 'two']) {
      app.write(`shards/${name}.test.ts`, "import { simulate } from 'seedstorm/vitest';\nsimulate('../fixed.ts');\n");
    }
    const { code, output } = await app.run('node', vitest, 'run', '--pool', 'threads', '--shard', '1/2', 'shards/');
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests +2 passed/) as string });
  });

  test('in watch mode a change of the system runs the test again', async () => {
    app.write('watched.test.ts', "import { simulate } from 'seedstorm/vitest';\nsimulate('./watched.ts');\n");
    app.write('watched.ts', app.read('gateway.ts').replace('./words.ts', './watched-words.ts'));
    app.write('watched-words.ts', app.read('words.ts'));
    const watching = app.start('node', vitest, 'watch', 'watched');
    try {
      await watching.until(/Tests +1 failed \| 1 passed[^]*press q to quit/);
      const passed = /Tests +2 passed[^]*press q to quit/;
      const again = /watched-words\.ts[^]+Tests +2 passed[^]*press q to quit/;
      const broken = /LoadError: watched-words\.ts:[^]*press q to quit/;
      await app.rerun(watching, again, 'watched-words.ts', 'last ?? socket', 'socket');
      await app.rerun(watching, broken, 'watched-words.ts', 'node.listen(', 'node.listen((');
      await app.rerun(watching, passed, 'watched-words.ts', 'node.listen((', 'node.listen(');
    } finally {
      watching.stop();
      await watching.ended;
    }
  });
});
