/**
 * Ways in which a run can fail, planted in a small system, as the command line tells of them. None of them ends the command early. Virtual time
 * that stands still is tried in sim/run: it takes a million steps.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** Does something else in the place of the answer. */
const answerBy = (statement: string): void => place.edit('system.ts', 'socket.send(text);', `{ ${statement} }`);

const SEEDS = ['--seeds', '4', '--seed-start', '0x1', '--shrink-time', '200ms'] as const;

describe('a crash of the system', () => {
  test.each([
    ['a throw in a listener', "throw new RangeError('mine');"],
    ['a throw in a next tick', "process.nextTick(() => { throw new RangeError('mine'); });"],
    ['a throw in a microtask', "queueMicrotask(() => { throw new RangeError('mine'); });"],
    ['a throw in a timer', "setTimeout(() => { throw new RangeError('mine'); }, 5);"],
    ['a throw in an immediate', "setImmediate(() => { throw new RangeError('mine'); });"],
    ['an unhandled rejection', "void Promise.reject(new RangeError('mine'));"],
    [
      'a rejection of an async function that nobody awaits',
      "void (async () => { await null; throw new RangeError('mine'); })();",
    ],
    [
      'a next tick of a next tick',
      "process.nextTick(() => process.nextTick(() => { throw new RangeError('mine'); }));",
    ],
  ])('%s', async (_what, statement) => {
    answerBy(`socket.send(text); ${statement}`);
    const { code, stdout, stderr } = await place.run('run', ...SEEDS);
    expect(stdout).toMatch(/✖ crash {2}seed 0x1 [^]*\n {2}node-1\.1 threw: RangeError: mine\n/);
    // The campaign goes on with the next seed, and the replay shows it again.
    expect(stdout).toMatch(/\n4 seeds [^]*✖ crash {2}crash: RangeError {2}[2-4] seeds, first 0x1/);
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
    expect(stdout).toContain('no-progress: steps');
    expect(code).toBe(1);
  });
});

describe('stuck', () => {
  test.each([
    ['a loop', 'for (;;) text.at(0);'],
    ['microtasks without end', 'const again = (): Promise<void> => Promise.resolve().then(again); void again();'],
    ['next ticks without end', 'const again = () => process.nextTick(again); again();'],
  ])('%s', async (_what, statement) => {
    answerBy(statement);
    const { code, stdout } = await place.run('run', '--seeds', '1', '--seed-start', '0x1', '--stuck-time', '1s');
    expect(stdout).toMatch(/✖ stuck {2}seed 0x1 [^]*\n {2}step \d+ never yields\n/);
    expect(code).toBe(1);
  });
});
