/** The contract of clocks: the properties of handles with an underscore, which packages read. */
import { type ClockEntry, inTurn } from './clock-place.ts';

interface HandleInside {
  readonly _idleTimeout?: number;
  readonly _repeat?: number | null;
  readonly _onTimeout?: unknown;
  readonly _destroyed: boolean;
}

const shown = (handle: object): unknown[] => {
  const { _idleTimeout, _repeat, _onTimeout, _destroyed } = handle as HandleInside;
  return [_idleTimeout, _repeat, typeof _onTimeout === 'function', _destroyed];
};

export const CLOCK_HANDLES: readonly ClockEntry[] = [
  [
    'a timer shows its delay, its interval, its callback and its end',
    async (place) =>
      inTurn<unknown>(place, (done) => {
        const { names } = place;
        const interval = names.setInterval(() => undefined, 7);
        const running: unknown[] = [shown(interval)];
        names.clearInterval(interval);
        const cleared = shown(interval);
        const timer = names.setTimeout(() => running.push(shown(timer)), 5);
        const waiting = [shown(timer), shown(names.setTimeout(() => undefined, 0))];
        names.setTimeout(() => done([waiting, running, cleared, shown(timer)]), 50);
      }),
    [
      [
        [5, null, true, false],
        [1, null, true, false],
      ],
      [
        [7, 7, true, false],
        [5, null, true, false],
      ],
      [-1, 7, false, true],
      [5, null, true, true],
    ],
  ],
  [
    'an immediate shows no delay, and its end',
    async (place) =>
      inTurn<unknown>(place, (done) => {
        const { names } = place;
        const immediate = names.setImmediate(() => undefined);
        const waiting = shown(immediate);
        names.setTimeout(() => done([waiting, shown(immediate)]), 20);
      }),
    [
      [undefined, undefined, false, false],
      [undefined, undefined, false, true],
    ],
  ],
];
