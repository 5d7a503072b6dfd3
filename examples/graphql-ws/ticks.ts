/**
 * An event source that takes a while to set up and then yields a number at an interval, until
 * `return` is called.
 */
import type { Clock } from 'seedstorm';

const SET_UP_MS = 40;
const TICK_MS = 200;

export async function ticks(clock: Clock, connection: string): Promise<AsyncIterableIterator<number>> {
  const owner = connection;
  await new Promise<void>((resolve) => clock.startTimer({ label: 'set-up', owner }, SET_UP_MS, resolve));
  let count = 0;
  let finish: () => void = () => undefined;
  const done = { done: true, value: undefined } as const;
  let isOver = false;
  const iterator: AsyncIterableIterator<number> = {
    next: () =>
      isOver
        ? Promise.resolve(done)
        : new Promise((resolve) => {
            const timer = clock.startTimer({ label: 'tick', owner }, TICK_MS, () => {
              count += 1;
              resolve({ done: false, value: count });
            });
            finish = () => {
              timer.cancel();
              resolve(done);
            };
          }),
    return: () => {
      isOver = true;
      finish();
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
