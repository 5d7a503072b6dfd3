/** The contract of clocks: the order in which timers, ticks and microtasks run. */
import { type ClockEntry, type ClockPlace, inTurn } from './clock-place.ts';

const TAG = { label: 'contract', owner: 'test' };

/**
 * Indices of timers with these delays, all started in one turn, in the order in which they fire.
 */
function firing({ names }: ClockPlace, delaysMs: readonly unknown[]): Promise<number[]> {
  const order: number[] = [];
  return new Promise((resolve) => {
    delaysMs.forEach((delayMs, index) =>
      names.setTimeout(() => {
        order.push(index);
        if (order.length === delaysMs.length) resolve(order);
      }, delayMs),
    );
  });
}

const places = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const CLOCK_ORDER: readonly ClockEntry[] = [
  [
    'timers with equal delays fire in the order in which they were started',
    async (place) => {
      const delays = places(60).map(() => 5);
      return (await firing(place, delays)).join() === places(60).join();
    },
    true,
  ],
  [
    'timers with different delays fire in the order in which they are due',
    async (place) => firing(place, [30, 20, 10, 40, 20, 10]),
    [2, 5, 1, 4, 0, 3],
  ],
  [
    'timers started in different turns fire in the order in which they are due',
    async ({ names }) => {
      const order: string[] = [];
      await new Promise<void>((resolve) => {
        names.setTimeout(() => order.push('10'), 10);
        names.setTimeout(() => order.push('300'), 300);
        names.setTimeout(() => {
          order.push('5');
          names.setTimeout(() => order.push('5 + 10'), 10);
          names.setTimeout(resolve, 300);
        }, 5);
      });
      return order;
    },
    ['5', '10', '5 + 10', '300'],
  ],
  [
    'timers of the clock and ambient timers are in one queue',
    async ({ clock, names }) => {
      const order: string[] = [];
      await new Promise<void>((resolve) => {
        names.setTimeout(() => order.push('ambient 40'), 40);
        clock.startTimer(TAG, 60, resolve);
        clock.startTimer(TAG, 20, () => order.push('clock 20'));
        names.setTimeout(() => order.push('ambient 5'), 5);
      });
      return order;
    },
    ['ambient 5', 'clock 20', 'ambient 40'],
  ],
  [
    'an invalid delay and a delay that is too long count as 1 ms',
    async (place) => {
      const delays = [0, -1, Number.NaN, 'no number', undefined, null, 2 ** 31, Number.POSITIVE_INFINITY, 0.5, 25];
      return (await firing(place, delays)).join() === places(10).join();
    },
    true,
  ],
  ['a delay may be a numeral', async (place) => firing(place, ['30', 15]), [1, 0]],
  [
    'an immediate runs before a timer started in the same turn, and immediates run in order',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const { names } = place;
        // In a callback of an immediate the loop is past its timers. On a busy machine the timer
        // may be due before the loop goes on: such an attempt shows nothing.
        const attempt = (): void => {
          const order: string[] = [];
          const beganAtMs = names.performance.now();
          names.setTimeout(() => {
            if (order.length < 3 && names.performance.now() > beganAtMs) names.setImmediate(attempt);
            else done([...order, 'timer']);
          }, 0);
          for (const name of ['1', '2', '3']) names.setImmediate(() => order.push(name));
        };
        names.setImmediate(attempt);
      }),
    ['1', '2', '3', 'timer'],
  ],
  [
    'an immediate started in an immediate runs after those that were started before it',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const { names } = place;
        const order: string[] = [];
        names.setImmediate(() => names.setImmediate(() => done([...order, 'inner'])));
        names.setImmediate(() => order.push('second'));
      }),
    ['second', 'inner'],
  ],
  [
    'next ticks run before microtasks, and both before everything else',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const { names } = place;
        const order: string[] = [];
        const note = (what: string) => (): void => void order.push(what);
        names.setImmediate(() => done([...order, 'immediate']));
        void Promise.resolve().then(() => {
          order.push('promise');
          names.process.nextTick(note('tick of a promise'));
          void Promise.resolve().then(note('promise of a promise'));
        });
        names.queueMicrotask(note('microtask'));
        names.process.nextTick(() => {
          order.push('tick');
          names.process.nextTick(note('tick of a tick'));
          void Promise.resolve().then(note('promise of a tick'));
        });
        names.process.nextTick((what) => order.push(String(what)), 'second tick');
        order.push('now');
      }),
    [
      'now',
      'tick',
      'second tick',
      'tick of a tick',
      'promise',
      'microtask',
      'promise of a tick',
      'promise of a promise',
      'tick of a promise',
      'immediate',
    ],
  ],
  [
    'microtasks run between two timers that are due at the same time',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const order: string[] = [];
        const { names } = place;
        names.setTimeout(() => {
          order.push('first');
          void Promise.resolve().then(() => order.push('promise of the first'));
        }, 5);
        names.setTimeout(() => done([...order, 'second']), 5);
      }),
    ['first', 'promise of the first', 'second'],
  ],
  [
    'a cancelled timer never fires, even if a timer due at the same time cancels it',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const { names, clock } = place;
        const order: string[] = [];
        const cancelled = clock.startTimer(TAG, 5, () => order.push('cancelled before'));
        cancelled.cancel();
        cancelled.cancel();
        names.setTimeout(() => {
          names.clearTimeout(second);
          third.cancel();
        }, 5);
        const second = names.setTimeout(() => order.push('second'), 5);
        const third = clock.startTimer(TAG, 5, () => order.push('third'));
        const own = clock.startTimer(TAG, 6, () => {
          own.cancel();
          order.push('cancels itself');
        });
        names.setTimeout(() => done(order), 30);
      }),
    ['cancels itself'],
  ],
  [
    'a cancelled immediate never runs, even if another immediate cancels it',
    async (place) =>
      inTurn<string[]>(place, (done) => {
        const { names } = place;
        const order: string[] = [];
        names.setImmediate(() => {
          order.push('first');
          names.clearImmediate(second);
        });
        const second = names.setImmediate(() => order.push('second'));
        names.setTimeout(() => done(order), 10);
      }),
    ['first'],
  ],
];
