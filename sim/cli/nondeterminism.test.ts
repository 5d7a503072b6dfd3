/**
 * Sources of nondeterminism, planted in a small system: each is simulated, refused, or detected by
 * running the seed again.
 */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replay } from '../index.ts';
import { Workplace } from './test/command.ts';
import { casesOf, runsLong } from './test/long.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

const SEEDS = ['--seeds', '3', '--seed-start', '0x1', '--jobs', '1'] as const;

/** Adds a statement that runs when a word arrives. */
function alsoDo(statement: string, imported = ''): void {
  place.edit('system.ts', 'socket.send(text);', `socket.send(text); ${statement}`);
  if (imported !== '') place.edit('system.ts', 'import type', `${imported}\nimport type`);
}

/** The hash of the current code, from running a saved replay on it. */
async function codeHashNow(): Promise<string> {
  const { report } = await replay(path.join(place.folder, 'replays', place.list('replays')[0] ?? ''), {
    folder: place.folder,
  });
  return report?.codeHash ?? '';
}

const isLong = runsLong('differences in replays, mutants and the corpus');

describe('refused, and reported with the caller', () => {
  const ways: readonly [string, string, string, RegExp][] = [
    ['WebCrypto', "void crypto.subtle.generateKey('Ed25519', true, ['sign']);", '', /crypto\.subtle\.generateKey/],
    ['a real socket', 'tls.connect(443);', "import tls from 'node:tls';", /node:tls/],
    ['a request by TLS', "fetch('https://127.0.0.1/').catch(() => {});", '', /an address of https or wss/],
    ['a file', "void readFile('x');", "import { readFile } from 'node:fs/promises';", /node:fs/],
    ['the thread pool', "pbkdf2('a', 'b', 1, 8, 'sha1', () => {});", "import { pbkdf2 } from 'node:crypto';", /pbkdf2/],
  ];
  test.each(casesOf('each way to leave the seed, on the command line', ways))(
    '%s',
    async (_name, statement, imported, way) => {
      alsoDo(statement, imported);
      const { code, stdout } = await place.run('run', ...SEEDS);
      expect(stdout).toMatch(/✖ escape/);
      expect(stdout).toMatch(/node-1 tried to leave the seed by .*, in system\.ts:\d+; instead, \w+/);
      expect(stdout).toMatch(way);
      expect(code).toBe(3);
      const again = await place.run(...(/start\.js (replay [0-9a-f]{6})$/m.exec(stdout)?.[1] ?? '').split(' '));
      expect(again.stdout).toMatch(/✖ exact: escape/);
      expect(again.code).toBe(3);
    },
  );
});

test('refused in a package, and reported with its file', async () => {
  place.write('node_modules/chatty/package.json', '{"type":"module","main":"lib/index.js"}');
  place.write(
    'node_modules/chatty/lib/index.js',
    "import dgram from 'node:dgram';\nexport const call = () => dgram.createSocket('udp4');\n",
  );
  alsoDo('call();', "import { call } from 'chatty';");
  const { code, stdout } = await place.run('run', ...SEEDS);
  expect(stdout).toContain(
    'by node:dgram createSocket, in node_modules/chatty/lib/index.js:2; instead, use node.listen or node.redis',
  );
  expect(code).toBe(3);
});

describe('simulated', () => {
  const sources = [
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
  ];
  test.each(casesOf('each source of time and randomness', sources, 2))('%s', async (_name, statement, imported) => {
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

describe('simulated in the scenario too', () => {
  test('ambient random values of an actor, in create and in an operation', async () => {
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

/** The real globals, which a bundle reaches through the constructor of a function. */
const REAL = "((() => 0).constructor('return this')() as typeof globalThis)";

/** The advice when no package is the reason. */
const NO_PACKAGE = 'no package of the system explains it: look for state in the scenario';

describe('detected by running a seed again, and reported with the records around it', () => {
  const differences: readonly [string, () => void, string][] = [
    [
      'state of the scenario that outlives a run',
      () => {
        place.edit('scenario.ts', 'class Answers', 'let said = 0;\n\nclass Answers');
        place.edit('scenario.ts', 'String(word)', '`${String(word)} ${(said += 1)}`');
      },
      'client-\\d',
    ],
    ['real time', () => alsoDo(`socket.send(String(${REAL}.performance.now()));`), 'node-1'],
    ['real chance', () => alsoDo(`socket.send(${REAL}.crypto.randomUUID());`), 'node-1'],
  ];
  test.each(casesOf('real time and real chance', differences))('%s', async (_what, plant, who) => {
    plant();
    const { code, stdout, stderr } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(/✖ nondeterminism/);
    expect(stderr).toMatch(/searching for packages .*\nthe search has found no package that explains the difference\n/);
    expect(stdout).toMatch(
      new RegExp(
        `two runs of this seed have the digests [0-9a-f]{16} and [0-9a-f]{16}: .*; the first difference is in what ${who} does\\n`,
      ),
    );
    // The common records, then how each of the two runs continues.
    expect(stdout).toMatch(
      /does\n( +\d+ .*\n){1,3} {2}one run continues with\n( +\d+ .*\n){1,4} {2}the other continues with\n( +\d+ .*\n){1,4} {2}\S.*\n {2}node /,
    );
    const [left, right] = ['one run continues with', 'the other continues with'].map(
      (title) => stdout.split(`${title}\n`)[1]?.split('\n')[0],
    );
    expect(left).toMatch(who === 'node-1' ? /node-1 → client-\d/ : /client-\d → node-1/);
    expect(left).not.toBe(right);
    expect(stdout).toContain(NO_PACKAGE);
    expect(code).toBe(3);
  });

  test.runIf(isLong)('a replay whose runs differ', async () => {
    place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");
    await place.run('run', '--seeds', '8', '--seed-start', '0x1', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;
    alsoDo(`socket.send(String(${REAL}.performance.now()));`);
    place.edit('system.ts', "if (text !== 'plum') ", '');
    // The file claims that the code is the same.
    const { stdout: first } = await place.run('replay', file, '--json');
    expect(JSON.parse(first)).toMatchObject({ verdict: 'fixed' });
    const codeHash = await codeHashNow();
    place.edit(file, /"codeHash": "\w+"/g, `"codeHash": "${codeHash}"`);
    const { code, stdout } = await place.run('replay', file);
    expect(stdout).toMatch(/✖ diverged: same code, different run/);
    expect(stdout).toMatch(/two new runs differ from record \d+ on:\n( +\d+ .*\n){1,3} {2}one run continues with\n/);
    expect(code).toBe(3);
  });

  test.runIf(isLong)('state in modules of a system declared stateless', async () => {
    place.write('node_modules/innocent.js', 'export const same = (text) => text;');
    alsoDo('socket.send(same(String((count += 1))));', "import { same } from 'innocent.js';");
    place.edit('system.ts', 'export const start', 'let count = 0;\n\nexport const start');
    // Each process has fresh modules and counts from one.
    expect((await place.run('run', ...SEEDS)).code).toBe(0);
    place.edit('scenario.ts', "entry: './system.ts'", "entry: './system.ts', stateless: true");
    // In the first run of a worker the modules are fresh; in the twenty-first they are not.
    const { code, stdout } = await place.run('run', '--seeds', '21', '--seed-start', '0x1', '--jobs', '1');
    expect(stdout).toMatch(/✖ nondeterminism/);
    expect(stdout).toMatch(/the first difference is in what node-1 does\n/);
    expect(stdout).toContain(NO_PACKAGE);
    expect(code).toBe(3);
  });

  test.runIf(isLong)('an unmodified scenario runs the same twice', async () => {
    expect((await place.run('run', ...SEEDS)).code).toBe(0);
  });
});

describe('state of a package', () => {
  const LEARNED = 'package tally keeps state between runs, so each process evaluates it';

  beforeEach(() => {
    const install = (name: string, text: string): void => {
      place.write(`node_modules/${name}/package.json`, '{"type":"module","main":"index.js"}');
      place.write(`node_modules/${name}/index.js`, text);
    };
    install('tally', 'let count = 0;\nexport const next = () => (count += 1);\n');
    install('steady', 'export const same = (text) => text;\n');
    install('ticket', "import { next } from 'tally';\nexport const ticket = () => `ticket ${next()}`;\n");
    place.edit('system.ts', "'welcome'", 'same(ticket())');
    place.edit(
      'system.ts',
      'import type',
      "import { ticket } from 'ticket';\nimport { same } from 'steady';\nimport type",
    );
  });

  const documentOf = (stdout: string) => JSON.parse(stdout) as Record<string, unknown>;

  test('is found, and runs do not depend on the number of workers', async () => {
    const run = ['run', '--seeds', '4', '--seed-start', '0x1', '--json'] as const;
    const [one, two] = [await place.run(...run, '--jobs', '1'), await place.run(...run, '--jobs', '2')];
    for (const { code, stdout, stderr } of [one, two]) {
      expect([code, documentOf(stdout)['statefulPackages']]).toEqual([0, ['tally']]);
      expect(stderr).toMatch(/searching for packages that keep state between runs\n/);
      expect(stderr).toContain(`${LEARNED}; the campaign starts anew (system.statefulPackages in the scenario saves`);
    }
    const figures = ({ stdout }: { readonly stdout: string }) => {
      const { wallMs: _wall, eventsPerSecond: _speed, ...rest } = documentOf(stdout);
      return rest;
    };
    expect(figures(one)).toEqual(figures(two));
    // A single seed has the digest that it has if the scenario names the package.
    const single = async (): Promise<unknown> =>
      documentOf((await place.run('run', '--seed', '0x2', '--json')).stdout)['digest'];
    const digest = await single();
    place.edit('scenario.ts', "entry: './system.ts'", "entry: './system.ts', statefulPackages: ['tally']");
    expect(await single()).toBe(digest);
    const { code, stderr } = await place.run(...run, '--jobs', '1');
    expect([code, stderr.includes(LEARNED)]).toEqual([0, false]);
  });

  test.runIf(isLong)('is known to mutants, replays and the corpus', async () => {
    const { stdout, stderr } = await place.run('mutants', 'silent', '--seeds', '40', '--json', '--shrink-time', '1s');
    expect(stderr).toContain(`${LEARNED}\n`);
    expect(documentOf(stdout)).toMatchObject({
      statefulPackages: ['tally'],
      defects: [{ found: true, unsteady: false }],
    });
    const [file = ''] = place.list('replays');
    const again = await place.run('replay', `replays/${file}`, '--json');
    expect(documentOf(again.stdout)).toMatchObject({ verdict: 'exact', statefulPackages: ['tally'] });
    expect((await place.run('corpus', 'check')).code).toBe(0);
  });

  test('is an error if the scenario names a package that the system does not import', async () => {
    place.edit('scenario.ts', "entry: './system.ts'", "entry: './system.ts', statefulPackages: ['tely']");
    const { code, stderr } = await place.run('run', ...SEEDS);
    expect(stderr).toContain(
      'scenario.ts: system.statefulPackages has tely, which the system does not import, did you mean tally?\n',
    );
    expect(code).toBe(2);
  });
});
