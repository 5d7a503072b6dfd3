/** Ways out of the seed, planted in a small system: each is answered from the seed, or refused and named, or noticed by repeating the run. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replay } from '../index.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

const SEEDS = ['--seeds', '3', '--seed-start', '0x1', '--jobs', '1'] as const;

/** Does something more when a word arrives. */
function alsoDo(statement: string, imported = ''): void {
  place.edit('system.ts', 'socket.send(text);', `socket.send(text); ${statement}`);
  if (imported !== '') place.edit('system.ts', 'import type', `${imported}\nimport type`);
}

/** The hash of the code as it is, from a replay that is saved of it. */
async function codeHashNow(): Promise<string> {
  const { report } = await replay(path.join(place.folder, 'replays', place.list('replays')[0] ?? ''), {
    folder: place.folder,
  });
  return report?.codeHash ?? '';
}

describe('refused, with who tried it', () => {
  test.each([
    ['WebCrypto', "void crypto.subtle.generateKey('Ed25519', true, ['sign']);", '', /crypto\.subtle\.generateKey/],
    ['a real socket', 'net.createServer();', "import net from 'node:net';", /node:net/],
    ['a request', "void fetch('http://127.0.0.1/');", '', /fetch/],
    ['a file', "void readFile('x');", "import { readFile } from 'node:fs/promises';", /node:fs/],
    ['the thread pool', "pbkdf2('a', 'b', 1, 8, 'sha1', () => {});", "import { pbkdf2 } from 'node:crypto';", /pbkdf2/],
  ])('%s', async (_name, statement, imported, way) => {
    alsoDo(statement, imported);
    const { code, stdout } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(/✖ escape/);
    expect(stdout).toMatch(/node-1 tried to leave the seed by .*, in system\.ts; instead, \w+/);
    expect(stdout).toMatch(way);
    expect(code).toBe(3);
    const again = await place.run(...(/start\.js (replay [0-9a-f]{6})$/m.exec(stdout)?.[1] ?? '').split(' '));
    expect(again.stdout).toMatch(/✖ exact: escape/);
    expect(again.code).toBe(3);
  });
});

test('refused in a package, which is named by its file', async () => {
  place.write('node_modules/chatty/package.json', '{"type":"module","main":"lib/index.js"}');
  place.write(
    'node_modules/chatty/lib/index.js',
    "import net from 'node:net';\nexport const call = () => net.createServer();\n",
  );
  alsoDo('call();', "import { call } from 'chatty';");
  const { code, stdout } = await place.run('run', ...SEEDS);
  expect(stdout).toContain(
    'by node:net createServer, in node_modules/chatty/lib/index.js; instead, use node.listen or node.redis',
  );
  expect(code).toBe(3);
});

describe('answered from the seed', () => {
  test.each([
    ['Date.now()', 'socket.send(String(Date.now()));', ''],
    ['Math.random()', 'socket.send(String(Math.random()));', ''],
    ['crypto.randomUUID()', 'socket.send(crypto.randomUUID());', ''],
    [
      'node:crypto randomBytes',
      "socket.send(randomBytes(8).toString('hex'));",
      "import { randomBytes } from 'node:crypto';",
    ],
    [
      'crypto.subtle.digest',
      "void crypto.subtle.digest('SHA-256', Buffer.from(text)).then((hash) => socket.send(Buffer.from(hash).toString('hex')));",
      '',
    ],
    ['setTimeout', 'setTimeout(() => socket.send(text), 5);', ''],
    [
      'node:timers setImmediate',
      'setImmediate(() => socket.send(text));',
      "import { setImmediate } from 'node:timers';",
    ],
    ['process.hrtime', 'socket.send(process.hrtime().join());', ''],
  ])('%s', async (_name, statement, imported) => {
    alsoDo(statement, imported);
    const digests = await Promise.all(
      [0, 1].map(async () => {
        const { code, stdout } = await place.run('run', '--seed', '0x1', '--json');
        expect(code).toBe(0);
        return (JSON.parse(stdout) as { digest: string }).digest;
      }),
    );
    expect(digests[0]).toBe(digests[1]);
  });
});

describe('answered from the seed, outside of the system too', () => {
  test('what an actor draws by ambient names when it is made, and in an operation', async () => {
    place.edit(
      'scenario.ts',
      'create: () => ({ socket: null })',
      'create: () => ({ socket: null, id: Math.random() })',
    );
    place.edit('scenario.ts', 'socket: ClientSocket', 'id: number;\n  socket: ClientSocket');
    place.edit(
      'scenario.ts',
      'state.socket.send(String(word))',
      'state.socket.send(`${String(word)} ${state.id} ${crypto.randomUUID()}`)',
    );
    const { code, stdout } = await place.run('run', ...SEEDS);
    expect(stdout).not.toMatch(/✖/);
    expect(code).toBe(0);
  });
});

/** What a bundle's prologue can't shadow: the constructor of a function, and so the global object itself. */
const REAL = "((() => 0).constructor('return this')() as typeof globalThis)";

/** What is said where no package is the reason. */
const NO_PACKAGE = 'no package of the system explains it: look for state of the scenario';

describe('noticed by running a seed again, and named, with the records around it', () => {
  test.each<[string, () => void, string, string]>([
    [
      'state of the scenario that outlives a run',
      () => {
        place.edit('scenario.ts', 'class Answers', 'let said = 0;\n\nclass Answers');
        place.edit('scenario.ts', 'String(word)', '`${String(word)} ${(said += 1)}`');
      },
      'client-\\d',
      NO_PACKAGE,
    ],
    [
      'state of a package that outlives a run',
      () => {
        place.write('node_modules/counter.js', 'let count = 0;\nexport const next = () => (count += 1);');
        place.edit('system.ts', 'import type', "import { next } from 'counter.js';\nimport type");
        place.edit('system.ts', 'socket.send(text);', 'socket.send(`${text} ${next()}`);');
      },
      'node-1',
      'the package counter.js keeps state from run to run, which a process would lose: name it in system.statefulPackages',
    ],
    ['real time', () => alsoDo(`socket.send(String(${REAL}.performance.now()));`), 'node-1', NO_PACKAGE],
    ['real chance', () => alsoDo(`socket.send(${REAL}.crypto.randomUUID());`), 'node-1', NO_PACKAGE],
  ])('%s', async (_what, plant, who, reason) => {
    plant();
    const { code, stdout } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(/✖ nondeterminism/);
    expect(stdout).toMatch(
      new RegExp(`the same seed gave [0-9a-f]{16} and then [0-9a-f]{16}: .*, first in what ${who} does\\n`),
    );
    // What both runs have before, then the first record that differs, as each of the two runs has it, and what follows.
    expect(stdout).toMatch(
      /does\n( +\d+ .*\n){1,3} {2}one run goes on with\n( +\d+ .*\n){1,4} {2}another with\n( +\d+ .*\n){1,4} {2}\S.*\n {2}node /,
    );
    const [left, right] = ['one run goes on with', 'another with'].map(
      (title) => stdout.split(`${title}\n`)[1]?.split('\n')[0],
    );
    expect(left).toMatch(who === 'node-1' ? /node-1 → client-\d/ : /client-\d → node-1/);
    expect(left).not.toBe(right);
    expect(stdout).toContain(reason);
    expect(code).toBe(3);
  });

  test('a replay that parts from itself', async () => {
    place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");
    await place.run('run', '--seeds', '8', '--seed-start', '0x1', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;
    alsoDo(`socket.send(String(${REAL}.performance.now()));`);
    place.edit('system.ts', "if (text !== 'plum') ", '');
    // The code is said to be the same.
    const { stdout: first } = await place.run('replay', file, '--json');
    expect(JSON.parse(first)).toMatchObject({ verdict: 'fixed' });
    const codeHash = await codeHashNow();
    place.edit(file, /"codeHash": "\w+"/g, `"codeHash": "${codeHash}"`);
    const { code, stdout } = await place.run('replay', file);
    expect(stdout).toMatch(/✖ diverged: the same code, another run/);
    expect(stdout).toMatch(/two runs made now part at record \d+:\n( +\d+ .*\n){1,3} {2}one run goes on with\n/);
    expect(code).toBe(3);
  });

  test('state in modules of a system that is said to keep none', async () => {
    place.write('node_modules/innocent.js', 'export const same = (text) => text;');
    alsoDo('socket.send(same(String((count += 1))));', "import { same } from 'innocent.js';");
    place.edit('system.ts', 'export const start', 'let count = 0;\n\nexport const start');
    // Each process counts from one, as a process does.
    expect((await place.run('run', ...SEEDS)).code).toBe(0);
    place.edit('scenario.ts', "entry: './system.ts'", "entry: './system.ts', stateless: true");
    // The first run of a worker finds the modules as new ones would be; the twenty-first does not.
    const { code, stdout } = await place.run('run', '--seeds', '21', '--seed-start', '0x1', '--jobs', '1');
    expect(stdout).toMatch(/✖ nondeterminism/);
    expect(stdout).toMatch(/first in what node-1 does\n/);
    expect(stdout).toContain(NO_PACKAGE);
    expect(code).toBe(3);
  });

  test('state of a package, which is named, also where another package imports it', async () => {
    const install = (name: string, text: string): void => {
      place.write(`node_modules/${name}/package.json`, '{"type":"module","main":"index.js"}');
      place.write(`node_modules/${name}/index.js`, text);
    };
    install('tally', 'let count = 0;\nexport const next = () => (count += 1);\n');
    install('steady', 'export const same = (text) => text;\n');
    install('ticket', "import { next } from 'tally';\nexport const ticket = () => `ticket ${next()}`;\n");
    place.edit('system.ts', 'socket.send(text);', 'socket.send(same(ticket()));');
    place.edit(
      'system.ts',
      'import type',
      "import { ticket } from 'ticket';\nimport { same } from 'steady';\nimport type",
    );
    const { code, stdout } = await place.run('run', ...SEEDS);
    expect(stdout).toContain('the package tally keeps state from run to run');
    expect(stdout).toContain('name it in system.statefulPackages');
    expect(code).toBe(3);
    place.edit('scenario.ts', "entry: './system.ts'", "entry: './system.ts', statefulPackages: ['tally']");
    expect((await place.run('run', ...SEEDS)).code).toBe(0);
  });

  test('a clean scenario is the same again', async () => {
    expect((await place.run('run', ...SEEDS)).code).toBe(0);
  });
});
