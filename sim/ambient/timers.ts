/**
 * `setTimeout` and its relatives over the host's timers, with Node's handles. A delay below 1 ms,
 * above 2^31 - 1 ms or not a number is 1 ms, as in Node. An armed timer keeps its process alive
 * unless it is unreferenced.
 */
import { AsyncResource } from 'node:async_hooks';
import { promisify } from 'node:util';
import type { AmbientHost } from '../system/image.ts';
import type { Timer } from '../system/types.ts';
import { ambientTag } from './ambient-tag.ts';
import { warnOfLongDelay } from './process/warnings.ts';
import { nodeDelayMs } from './timer-delay.ts';
import { createTimersPromises, type TimersPromises } from './timers-promises.ts';
import { TimerIds } from './timer-ids.ts';

type Callback = (...parameters: unknown[]) => void;

/**
 * True once code under simulation uses AsyncLocalStorage: callbacks then run in the context that
 * registered them.
 */
export interface AsyncContextUse {
  used: boolean;
}

export interface SimulatedTimers {
  setTimeout(callback: Callback, delayMs?: number, ...parameters: unknown[]): AmbientTimer;
  setInterval(callback: Callback, delayMs?: number, ...parameters: unknown[]): AmbientTimer;
  setImmediate(callback: Callback, ...parameters: unknown[]): AmbientTimer;
  clearTimeout(timer: unknown): void;
  clearInterval(timer: unknown): void;
  clearImmediate(timer: unknown): void;
  readonly promises: TimersPromises;
}

/** The process of a timer, as the timer sees it. */
interface TimerOwner {
  readonly numbers: () => TimerIds<AmbientTimer>;
  /** `reference` of the host. */
  readonly reference: () => () => void;
}

interface TimerWork {
  /** Null for an immediate. */
  readonly delayMs: number | null;
  readonly repeats: boolean;
  readonly callback: Callback;
  readonly arm: (fire: () => void) => Timer;
  readonly run: (timer: AmbientTimer) => void;
}

/**
 * The handle that `setTimeout` and its relatives return: Node's Timeout and Immediate in one. The
 * properties with an underscore are those that packages read from Node's.
 */
export class AmbientTimer {
  readonly #work: TimerWork;
  readonly #numbers: () => TimerIds<AmbientTimer>;
  readonly #reference: () => () => void;
  /** Ends the reference that the timer holds; null while it holds none. */
  #release: (() => void) | null = null;
  #number: number | null = null;
  /** The numbers of the process that converted this timer to a number. */
  #known: TimerIds<AmbientTimer> | null = null;
  #armed: Timer | null = null;
  #referenced = true;
  #closed = false;
  #isRunning = false;

  constructor(work: TimerWork, { numbers, reference }: TimerOwner) {
    this.#work = work;
    this.#numbers = numbers;
    this.#reference = reference;
    this.refresh();
  }

  get _idleTimeout(): number | undefined {
    const { delayMs } = this.#work;
    return delayMs !== null && this.#closed ? -1 : (delayMs ?? undefined);
  }

  get _repeat(): number | null | undefined {
    const { delayMs, repeats } = this.#work;
    if (delayMs === null) return undefined;
    return repeats ? delayMs : null;
  }

  get _onTimeout(): Callback | null | undefined {
    if (this.#work.delayMs === null) return undefined;
    return this.#closed ? null : this.#work.callback;
  }

  get _destroyed(): boolean {
    return this.#closed || (this.#armed === null && !this.#isRunning);
  }

  ref(): this {
    this.#referenced = true;
    this.#updateReference();
    return this;
  }

  unref(): this {
    this.#referenced = false;
    this.#updateReference();
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  /** Restarts the timer, even after it has fired. Does nothing after it was cleared. */
  refresh(): this {
    this.#armed?.cancel();
    this.#armed = this.#closed ? null : this.#work.arm(() => this.#fire());
    this.#updateReference();
    return this;
  }

  close(): this {
    this.#closed = true;
    this.#armed?.cancel();
    this.#armed = null;
    this.#updateReference();
    this.#forgetNumber();
    return this;
  }

  [Symbol.toPrimitive](): number {
    if (this.#number === null) {
      this.#known = this.#numbers();
      this.#number = this.#known.of(this);
    }
    return this.#number;
  }

  #updateReference(): void {
    if (this.#armed !== null && this.#referenced) {
      this.#release ??= this.#reference();
    } else {
      this.#release?.();
      this.#release = null;
    }
  }

  #forgetNumber(): void {
    if (this.#number !== null) this.#known?.forget(this.#number);
  }

  #fire(): void {
    this.#armed = null;
    this.#isRunning = true;
    try {
      this.#work.run(this);
    } finally {
      this.#isRunning = false;
      if (this.#work.repeats && this.#armed === null) this.refresh();
      if (this.#armed === null) {
        this.#updateReference();
        this.#forgetNumber();
      }
    }
  }
}
if (Symbol.dispose !== undefined)
  Object.defineProperty(AmbientTimer.prototype, Symbol.dispose, { value: AmbientTimer.prototype.close });

export function createTimers(host: AmbientHost, context: AsyncContextUse): SimulatedTimers {
  const numbersOf = new WeakMap<object, TimerIds<AmbientTimer>>();

  function numbers(): TimerIds<AmbientTimer> {
    const own = numbersOf.get(host.owner) ?? new TimerIds<AmbientTimer>();
    numbersOf.set(host.owner, own);
    return own;
  }

  const owner: TimerOwner = { numbers, reference: () => host.reference() };

  /** A delay of null starts an immediate. */
  function start(
    label: string,
    callback: unknown,
    delayMs: number | null,
    repeats: boolean,
    parameters: unknown[],
  ): AmbientTimer {
    if (typeof callback !== 'function') {
      const error = new TypeError(
        `The "callback" argument must be of type function. Received ${callback === null ? 'null' : typeof callback}`,
      );
      throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const bound = (context.used ? AsyncResource.bind(callback as Callback) : callback) as Callback;
    const tag = ambientTag(host, label);
    const work: TimerWork = {
      delayMs,
      repeats,
      callback: callback as Callback,
      arm: (fire) => (delayMs === null ? host.startImmediate(tag, fire) : host.startTimer(tag, delayMs, fire)),
      run: (timer) => Reflect.apply(bound, timer, parameters),
    };
    return new AmbientTimer(work, owner);
  }

  function clear(timer: unknown): void {
    if (timer instanceof AmbientTimer) timer.close();
    else if (typeof timer === 'number' || typeof timer === 'string') numbers().get(Number(timer))?.close();
  }

  const tooLong = (delayMs: number): void => warnOfLongDelay(host, delayMs);
  const promises = createTimersPromises(host);
  const timers: SimulatedTimers = {
    setTimeout: (callback, delayMs, ...parameters) =>
      start('setTimeout', callback, nodeDelayMs(delayMs, tooLong), false, parameters),
    setInterval: (callback, delayMs, ...parameters) =>
      start('setInterval', callback, nodeDelayMs(delayMs, tooLong), true, parameters),
    setImmediate: (callback, ...parameters) => start('setImmediate', callback, null, false, parameters),
    clearTimeout: (timer) => clear(timer),
    clearInterval: (timer) => clear(timer),
    clearImmediate: (timer) => clear(timer),
    promises,
  };
  Object.defineProperty(timers.setTimeout, promisify.custom, { value: promises.setTimeout });
  Object.defineProperty(timers.setImmediate, promisify.custom, { value: promises.setImmediate });
  return timers;
}
