/**
 * The contract of clocks: delays, clocks, intervals, and a stalled event loop.
 */
import { type ClockEntry, inTurn } from './clock-place.ts';

const TAG = { label: 'contract', owner: 'test' };

/** Node's timers count whole milliseconds, so one may fire early by a part of a millisecond. */
const NODE_EARLY_MS = 1;

const outcomeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    const { name, code } = error as Error & { code?: string };
    return `${name} ${code ?? ''}`.trim();
  }
};

const tell = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: Error & { code?: unknown }) => [error.name, error.code, error.message, error.cause]);

export const CLOCK_TIME: readonly ClockEntry[] = [
  [
    'a timer of the clock never fires early',
    async ({ clock }) => {
      for (let count = 0; count < 60; count += 1) {
        const beganAtMs = clock.monotonicMs();
        const delayMs = 0.3 + (count % 7);
        await new Promise<void>((resolve) => void clock.startTimer(TAG, delayMs, resolve));
        const tookMs = clock.monotonicMs() - beganAtMs;
        if (tookMs < delayMs) return `${tookMs} ms instead of ${delayMs}`;
      }
      return 'never early';
    },
    'never early',
  ],
  [
    'an ambient timer never fires early by a whole millisecond',
    async ({ names }) => {
      for (let count = 0; count < 60; count += 1) {
        const beganAtMs = names.performance.now();
        const delayMs = 1 + (count % 7);
        await new Promise<void>((resolve) => void names.setTimeout(resolve, delayMs));
        const tookMs = names.performance.now() - beganAtMs;
        if (tookMs < delayMs - NODE_EARLY_MS) return `${tookMs} ms instead of ${delayMs}`;
      }
      return 'never early';
    },
    'never early',
  ],
  [
    'a timer of the clock with a zero, negative or NaN delay fires promptly',
    async ({ clock }) => {
      const fired: number[] = [];
      await new Promise<void>((resolve) => {
        for (const delayMs of [0, -5, Number.NaN]) clock.startTimer(TAG, delayMs, () => fired.push(delayMs));
        clock.startTimer(TAG, 20, resolve);
      });
      return fired.length;
    },
    3,
  ],
  [
    'a very long delay does not count as a short one',
    async ({ clock }) => {
      let hasFired = false;
      const long = clock.startTimer(TAG, 2 ** 40, () => (hasFired = true));
      await new Promise<void>((resolve) => void clock.startTimer(TAG, 20, resolve));
      long.cancel();
      return hasFired;
    },
    false,
  ],
  [
    'monotonic time never goes back, and advances during a wait; wall time is in whole milliseconds',
    async ({ clock, names }) => {
      const [monotonic, walls] = [[] as number[], [] as number[]];
      for (let count = 0; count < 5; count += 1) {
        monotonic.push(clock.monotonicMs(), clock.monotonicMs());
        walls.push(clock.wallMs(), names.Date.now(), new names.Date().getTime());
        await new Promise<void>((resolve) => void names.setTimeout(resolve, 3));
      }
      const first = monotonic[0] ?? 0;
      return [
        monotonic.every((value, index) => index === 0 || value >= (monotonic[index - 1] ?? 0)),
        (monotonic.at(-1) ?? 0) > first,
        walls.every((value) => Number.isInteger(value)),
        (walls.at(-1) ?? 0) - (walls[0] ?? 0) >= 4 * 2,
      ];
    },
    [true, true, true, true],
  ],
  [
    'within a turn, the clock agrees with Date and performance',
    ({ clock, names }) => {
      // On a busy machine time passes between two calls.
      const isBetween = (first: number, value: number, last: number): boolean =>
        first - 1 <= value && value <= last + 1;
      return Promise.resolve([
        isBetween(clock.wallMs(), names.Date.now(), clock.wallMs()),
        isBetween(clock.monotonicMs(), names.performance.now(), clock.monotonicMs()),
        typeof names.Date(),
      ]);
    },
    [true, true, 'string'],
  ],
  [
    'an interval repeats until it is cleared, even by its own callback',
    async ({ names }) =>
      new Promise((resolve) => {
        let count = 0;
        const interval = names.setInterval(
          (step: unknown) => {
            count += Number(step);
            if (count < 6) return;
            names.clearInterval(interval);
            names.setTimeout(() => resolve(count), 20);
          },
          3,
          2,
        );
      }),
    6,
  ],
  [
    'handles can be unreferenced, refreshed, cleared by number and disposed',
    async (place) =>
      inTurn<unknown>(place, (done) => {
        const { names } = place;
        const order: string[] = [];
        const anew = names.setTimeout(() => order.push('anew'), 5);
        const kinds = [anew.hasRef(), anew.unref() === anew, anew.hasRef(), anew.ref() === anew, anew.hasRef()];
        names.setTimeout(() => order.push('other'), 5);
        anew.refresh();
        const numbered = names.setTimeout(() => order.push('numbered'), 5);
        names.clearTimeout(Number(numbered));
        const disposed = names.setTimeout(() => order.push('disposed'), 5);
        (disposed as unknown as Disposable)[Symbol.dispose]();
        const cleared = names.setTimeout(() => order.push('cleared'), 5);
        names.clearTimeout(cleared);
        cleared.refresh();
        names.clearTimeout(undefined);
        names.clearTimeout('nothing');
        names.setTimeout(() => {
          order.push('again');
          anew.refresh();
          names.setTimeout(() => done([kinds, order]), 30);
        }, 20);
      }),
    [
      [true, true, false, true, true],
      ['other', 'anew', 'again', 'anew'],
    ],
  ],
  [
    'a callback gets the parameters, and its timer as `this`',
    async ({ names }) =>
      new Promise((resolve) => {
        const timer: unknown = names.setTimeout(
          function (this: unknown, ...parameters: unknown[]) {
            resolve([this === timer, parameters]);
          },
          1,
          'a',
          2,
        );
      }),
    [true, ['a', 2]],
  ],
  [
    'a callback that is not a function is refused',
    ({ names }) =>
      Promise.resolve(
        [undefined, null, 'alert(1)', 5].map((callback) => outcomeOf(() => names.setTimeout(callback, 1))),
      ),
    Array.from({ length: 4 }, () => 'TypeError ERR_INVALID_ARG_TYPE'),
  ],
  [
    'promises of timers resolve with values and reject with abort reasons',
    async ({ names }) => {
      const { promises } = names;
      const controller = new AbortController();
      const aborted = tell(promises.setTimeout(10_000, 'never', { signal: controller.signal }));
      controller.abort('enough');
      return [
        await promises.setTimeout(1, 'value'),
        await promises.setImmediate('at once'),
        await promises.scheduler.wait(1),
        await promises.scheduler.yield(),
        await aborted,
        await tell(promises.setImmediate('x', { signal: controller.signal })),
      ];
    },
    [
      'value',
      'at once',
      undefined,
      undefined,
      ['AbortError', 'ABORT_ERR', 'The operation was aborted', 'enough'],
      ['AbortError', 'ABORT_ERR', 'The operation was aborted', 'enough'],
    ],
  ],
  [
    'an interval of promises catches up at once after a slow reader, until it is aborted',
    async ({ names }) => {
      const controller = new AbortController();
      let count = 0;
      let hasTurned = false;
      let hasTurnedBefore: boolean | null = null;
      const read = async (): Promise<void> => {
        for await (const value of names.promises.setInterval(5, 'tick', { signal: controller.signal })) {
          count += value === 'tick' ? 1 : 100;
          if (count > 1) {
            hasTurnedBefore ??= hasTurned;
            controller.abort('enough');
            continue;
          }
          for (let waits = 0; waits < 10; waits += 1) await names.promises.setTimeout(10);
          names.setImmediate(() => (hasTurned = true));
        }
      };
      const end = await tell(read());
      return [count < 100, hasTurnedBefore, end];
    },
    [true, false, ['AbortError', 'ABORT_ERR', 'The operation was aborted', 'enough']],
  ],
  [
    'AbortSignal.timeout aborts after its delay, and refuses invalid delays',
    async ({ names }) => {
      const signal = names.AbortSignal.timeout(5);
      const before = signal.aborted;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      const reason = signal.reason as Error;
      const refused = [-1, 1.5, Number.NaN, 2 ** 40].map((delayMs) =>
        outcomeOf(() => names.AbortSignal.timeout(delayMs)),
      );
      return [before, signal.aborted, reason.name, reason.message, refused];
    },
    [
      false,
      true,
      'TimeoutError',
      'The operation was aborted due to timeout',
      Array.from({ length: 4 }, () => 'RangeError ERR_OUT_OF_RANGE'),
    ],
  ],
  [
    'node-stall: due timers fire afterwards, in the order in which they were due; an interval once',
    async (place) =>
      inTurn<unknown>(place, (done) => {
        const { names, clock } = place;
        const order: string[] = [];
        const beganAtMs = [clock.monotonicMs(), clock.wallMs()];
        // Nothing else in the process has these delays: Node fires all due timers of one delay
        // together.
        names.setTimeout(() => order.push('33'), 33);
        clock.startTimer(TAG, 13, () => order.push('13'));
        names.setTimeout(() => order.push('23'), 23);
        let ticks = 0;
        const interval = names.setInterval(() => (ticks += 1), 27);
        names.setTimeout(() => {
          const [monotonicMs = 0, wallMs = 0] = beganAtMs;
          names.clearInterval(interval);
          const hasSlept = [clock.monotonicMs() - monotonicMs >= 150, clock.wallMs() - wallMs >= 149];
          done([order, ticks, hasSlept]);
        }, 43);
        place.stall(150);
      }),
    [['13', '23', '33'], 1, [true, true]],
  ],
  [
    'node-stall: an event from outside arrives afterwards, once',
    async (place) =>
      inTurn<unknown>(place, (done) => {
        const order: string[] = [];
        const note = (what: string): void => {
          order.push(what);
          if (order.length === 3) done(order.sort());
        };
        place.names.setTimeout(() => note('timer 10'), 10);
        place.names.setTimeout(() => note('timer 20'), 20);
        place.stall(150, () => note('from outside'));
      }),
    ['from outside', 'timer 10', 'timer 20'],
  ],
];
