import { describe, expect, test } from 'vitest';
import { quiescence } from './test/manual-clock.ts';
import { untilAborted } from './until-aborted.ts';

/** Yields the values, throws the errors, and counts the calls of `return`. Ignores every signal. */
function source(...values: (number | Error)[]) {
  let returns = 0;
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const value = values.shift();
        if (value === undefined) return new Promise(() => undefined);
        return value instanceof Error ? Promise.reject(value) : Promise.resolve({ done: false, value });
      },
      return: () => {
        returns += 1;
        return Promise.reject(new Error('a failing return is ignored'));
      },
    }),
  };
  return { iterable, returns: () => returns };
}

describe('untilAborted', () => {
  test('yields the values, and ends on abort although the source does not', async () => {
    const { iterable, returns } = source(1, 2);
    const controller = new AbortController();
    const received: number[] = [];
    let hasEnded = false;
    const reading = (async () => {
      for await (const value of untilAborted(iterable, controller.signal)) received.push(value);
      hasEnded = true;
    })();
    await quiescence();
    expect([received, hasEnded]).toEqual([[1, 2], false]);
    controller.abort();
    await reading;
    expect([hasEnded, returns()]).toEqual([true, 1]);
  });

  test('throws the error of the source', async () => {
    const { iterable } = source(1, new Error('broke'));
    const prices = untilAborted(iterable, new AbortController().signal);
    expect((await prices.next()).value).toBe(1);
    await expect(prices.next()).rejects.toThrow('broke');
  });

  test('yields nothing if the signal is aborted already', async () => {
    const { iterable } = source(1);
    expect((await untilAborted(iterable, AbortSignal.abort()).next()).done).toBe(true);
  });
});
