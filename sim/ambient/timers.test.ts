import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { createTimers, type SimulatedTimers } from './timers.ts';
import { ManualHost, settled } from './test/manual-host.ts';

let host: ManualHost;
let timers: SimulatedTimers;
let fired: unknown[];

beforeEach(() => {
  host = new ManualHost();
  timers = createTimers(host, { used: false });
  fired = [];
});

const note = (what: unknown): void => void fired.push([what, host.nowMs - 1000]);

test('timers fire on virtual time, with their parameters', async () => {
  timers.setTimeout(note, 20, 'timeout');
  timers.setImmediate(note, 'immediate');
  const interval = timers.setInterval(note, 15, 'interval');
  await host.advance(45);
  timers.clearInterval(interval);
  await host.advance(45);
  expect(fired).toEqual([
    ['immediate', 0],
    ['interval', 15],
    ['timeout', 20],
    ['interval', 30],
    ['interval', 45],
  ]);
});

test('each timer has the name of its function as its label', () => {
  timers.setTimeout(note, 5);
  timers.setInterval(note, 5);
  timers.setImmediate(note);
  expect(host.waiting.map(({ label, owner }) => `${owner} ${label}`)).toEqual([
    'ambient setTimeout',
    'ambient setInterval',
    'ambient setImmediate',
  ]);
});

test.each<[unknown, number]>([
  [undefined, 1],
  [0, 1],
  [-5, 1],
  ['7', 7],
  [1.2, 2],
  [Number.NaN, 1],
  [2 ** 31, 1],
])('a delay of %s counts as %i ms', (delayMs, expected) => {
  timers.setTimeout(note, delayMs as number);
  expect(host.waiting[0]?.dueMs).toBe(1000 + expected);
});

describe('a handle', () => {
  test('has the methods of Node’s handles', async () => {
    const timer = timers.setTimeout(function (this: unknown) {
      note(this === timer);
    }, 10);
    expect([timer.hasRef(), timer.unref().hasRef(), timer.ref().hasRef()]).toEqual([true, false, true]);
    await host.advance(9);
    timer.refresh();
    await host.advance(9);
    expect(fired).toEqual([]);
    await host.advance(1);
    timer.refresh();
    await host.advance(10);
    expect(fired).toEqual([
      [true, 19],
      [true, 29],
    ]);
    timers.clearTimeout(timer);
    timer.refresh();
    expect(host.waiting).toEqual([]);
  });

  test('can be cleared by its number', () => {
    const [one, two] = [timers.setTimeout(note, 10), timers.setTimeout(note, 10)];
    expect(Number(one)).toBe(Number(one));
    timers.clearTimeout(Number(one));
    timers.clearTimeout(String(Number(two)));
    for (const nothing of [undefined, null, 99, {}]) timers.clearTimeout(nothing);
    expect(host.waiting).toEqual([]);
  });

  test('has a number that does not depend on other processes, valid while the timer can fire', async () => {
    const first = Number(timers.setTimeout(note, 10));
    const second = Number(timers.setTimeout(note, 10));
    expect([first, second]).toEqual([1, 2]);
    timers.clearTimeout(first);
    await host.advance(10);
    // A number is never used twice, so an old one does not clear another timer.
    const third = timers.setTimeout(note, 10);
    expect(Number(third)).toBe(3);
    timers.clearTimeout(first);
    timers.clearTimeout(second);
    expect(host.waiting).toHaveLength(1);
    // What is loaded once serves one process after the other.
    host.owner = {};
    expect(Number(timers.setTimeout(note, 10))).toBe(1);
  });

  test('of an interval survives an error, and can be cleared inside the callback', async () => {
    let times = 0;
    const interval = timers.setInterval(() => {
      times += 1;
      if (times === 1) throw new Error('once');
      timers.clearInterval(interval);
    }, 10);
    await expect(host.advance(10)).rejects.toThrow('once');
    await host.advance(50);
    expect(times).toBe(2);
  });
});

test('a callback must be a function', () => {
  expect(() => timers.setTimeout(undefined as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
});

describe('promises', () => {
  test('settle on virtual time', async () => {
    const wait = promisify(timers.setTimeout) as unknown as typeof timers.promises.setTimeout;
    for (const promise of [
      timers.promises.setTimeout(10, 'a'),
      timers.promises.setImmediate('b'),
      wait(5, 'c'),
      timers.promises.scheduler.wait(20),
      timers.promises.scheduler.yield(),
    ]) {
      void promise.then(note);
    }
    await host.advance(30);
    expect(fired).toEqual([
      ['b', 0],
      [undefined, 0],
      ['c', 5],
      ['a', 10],
      [undefined, 20],
    ]);
  });

  test('are aborted', async () => {
    const controller = new AbortController();
    const waiting = timers.promises.setTimeout(10, 1, { signal: controller.signal });
    controller.abort('reason');
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'reason' });
    await expect(timers.promises.setTimeout(10, 1, { signal: controller.signal })).rejects.toThrow('aborted');
    expect(host.waiting).toEqual([]);
  });

  test('repeat', async () => {
    const loop = (async () => {
      for await (const value of timers.promises.setInterval(10, 'beat')) {
        note(value);
        if (fired.length === 3) break;
      }
    })();
    await settled();
    await host.advance(100);
    await loop;
    expect(fired).toEqual([
      ['beat', 10],
      ['beat', 20],
      ['beat', 30],
    ]);
  });
});
