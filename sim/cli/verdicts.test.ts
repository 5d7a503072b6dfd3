/**
 * Failures of every verdict, planted in a small system, as the command line reports them. None of
 * them ends the command early. Virtual time that does not advance is tested in sim/run, since it
 * takes a million steps.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';
import { casesOf, runsLong } from './test/long.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** Replaces the answer by a statement. */
const answerBy = (statement: string): void => place.edit('system.ts', 'socket.send(text);', `{ ${statement} }`);

const SEEDS = ['--seeds', '4', '--seed-start', '0x1', '--shrink-time', '200ms'] as const;

describe('a crash of the system', () => {
  const crashes = [
    ['a throw in a listener', "throw new RangeError('mine');"],
    ['a throw in a next tick', "process.nextTick(() => { throw new RangeError('mine'); });"],
    ['a throw in a microtask', "queueMicrotask(() => { throw new RangeError('mine'); });"],
    ['a throw in a timer', "setTimeout(() => { throw new RangeError('mine'); }, 5);"],
    ['a throw in an immediate', "setImmediate(() => { throw new RangeError('mine'); });"],
    ['an unhandled rejection', "void Promise.reject(new RangeError('mine'));"],
    [
      'a rejection of an async function that is not awaited',
      "void (async () => { await null; throw new RangeError('mine'); })();",
    ],
    [
      'a next tick of a next tick',
      "process.nextTick(() => process.nextTick(() => { throw new RangeError('mine'); }));",
    ],
  ];
  test.each(casesOf('crashes in other places', crashes))('%s', async (_what, statement) => {
    answerBy(`socket.send(text); ${statement}`);
    const { code, stdout, stderr } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(
      /✖ crash {2}seed 0x1 [^]*\n {2}node-1\.1 (?:threw|left an unhandled rejection): RangeError: mine, in (?:function \d of )?(?:\S+ of )?system\.ts:13\n/,
    );
    // The campaign continues with the next seed.
    expect(stdout).toMatch(
      /\n4 seeds [^]*✖ crash {2}crash: RangeError(?: in answer| in function \d of answer)? {2}[2-4] seeds, first 0x1/,
    );
    expect(stderr).toBe('echo: seeds from 0x1\n');
    expect(code).toBe(1);
  });
});

describe('no progress', () => {
  test('an operation that never ends', async () => {
    place.edit('scenario.ts', "return Promise.resolve('ok');", 'return new Promise(() => undefined);');
    const { code, stdout } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(/✖ no-progress [^]*client-\d say \(client-\d\.\d\), begun at [\d.]+ ms, has not ended\n/);
    expect(stdout).toContain('no-progress: client say');
    expect(code).toBe(1);
  });

  test('steps without end', async () => {
    answerBy('socket.send(text); const again = () => setTimeout(again, 1); again();');
    const { code, stdout } = await place.run('run', ...SEEDS, '--max-steps', '500');
    expect(stdout).toMatch(/✖ no-progress [^]*the run has not ended within 500 steps\n/);
    // What goes around, and where.
    expect(stdout).toMatch(/timer setTimeout .*\(again in \S*system\.ts:13\) fired {2}× \d+, until/);
    expect(stdout).toContain('no-progress: steps');
    expect(code).toBe(1);
  });
});

describe('stuck', () => {
  const ways: readonly [string, string][] = [
    ['a loop', 'for (;;) text.at(0);'],
    ['microtasks without end', 'const again = (): Promise<void> => Promise.resolve().then(again); void again();'],
    ['next ticks without end', 'const again = () => process.nextTick(again); again();'],
  ];
  test.each(casesOf('microtasks and next ticks without end', ways))('%s', async (_what, statement) => {
    answerBy(statement);
    const { code, stdout } = await place.run('run', '--seeds', '1', '--seed-start', '0x1', '--stuck-time', '1s');
    expect(stdout).toMatch(/✖ stuck {2}seed 0x1 [^]*\n {2}step \d+ never yields\n/);
    expect(code).toBe(1);
  });
});

describe('scenario-error', () => {
  const errors: readonly [string, string, string, RegExp][] = [
    [
      'an operation',
      'state.socket.send(String(word));',
      "throw new Error('mine');",
      /✖ scenario-error {2}seed 0x\w+ [^]*client-\d say \(client-\d\.\d\) threw: Error: mine\n/,
    ],
    [
      'an invalid outcome',
      "state.socket.send(String(word));\n      return Promise.resolve('ok');",
      "return Promise.resolve('fine' as 'ok');",
      /✖ scenario-error {2}seed 0x\w+ [^]*client-\d say \(client-\d\.\d\) ended in 'fine': an operation returns nothing, 'ok', or an object with outcome ok, fail or unknown/,
    ],
    [
      'a script',
      'script: (draw, operationsMax) => [',
      "script: (draw, operationsMax) => draw.fraction('x') < 0.5 ? draw.pick('none', []) : [",
      /✖ scenario-error {2}seed 0x\w+ [^]*the script of client-\d threw: Error: nothing to pick/,
    ],
    [
      'create',
      'create: () => ({ socket: null }),',
      "create: () => { throw new Error('mine'); },",
      /client-\d, created, threw: Error: mine/,
    ],
    ['leave', 'state.socket?.close()', "{ throw new Error('mine'); }", /client-\d, leaving, threw: Error: mine/],
  ];
  test.each(casesOf('errors in other parts of a scenario', errors))(
    'a scenario that throws exits 65: %s',
    async (_what, find, put, message) => {
      place.edit('scenario.ts', find, put);
      const { code, stdout } = await place.run('--seeds', '4', '--seed-start', '0x1', '--shrink-time', '100ms');
      expect(stdout).toMatch(message);
      expect(stdout).toMatch(/\n4 seeds /);
      expect(code).toBe(65);
      // Nothing is saved, and the command in the report shows it again.
      expect(place.list('.')).not.toContain('replays');
      const again = await place.run(...(/start\.js (run .* --seed \w+)$/m.exec(stdout)?.[1] ?? '').split(' '));
      expect(again.stdout).toMatch(message);
      expect(again.code).toBe(65);
    },
  );

  test.each([
    [
      'a scenario',
      (text: string) => place.edit('scenario.ts', 'class Answers', `${text}\nclass Answers`),
      'scenario.ts',
    ],
    [
      'a package',
      (text: string) => {
        place.write('node_modules/endless.js', text);
        place.edit('system.ts', 'export const start', "import 'endless.js';\n\nexport const start");
      },
      'a package of scenario.ts',
    ],
  ])('%s that never finishes loading is reported', async (_what, plant, named) => {
    plant('for (;;) Math.random();');
    const { code, stdout, stderr } = await place.run('--seeds', '1', '--stuck-time', '500ms');
    expect(stderr).toBe(`seedstorm: ${named} did not finish loading within 500 ms\n`);
    expect([code, stdout]).toEqual([2, '']);
  });

  test.runIf(runsLong('a script that never ends'))('a script that never ends is reported with its seed', async () => {
    place.edit('scenario.ts', "{ name: 'connect', pauseMs: 10 },", '{ name: endless(), pauseMs: 10 },');
    place.edit(
      'scenario.ts',
      'class Answers',
      'function endless(): string {\n  for (;;) Math.random();\n}\n\nclass Answers',
    );
    const { code, stderr } = await place.run('--seeds', '2', '--seed-start', '0x5', '--stuck-time', '1s');
    expect([code, stderr]).toEqual([70, expect.stringContaining('seed 0x5 is stuck before its first step')]);
  });
});
