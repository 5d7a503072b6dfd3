/**
 * A place in which the contract of clocks is tested: its clock, and its ambient names.
 */
import type { Clock } from '../../system/types.ts';

/** The handle that `setTimeout` and its relatives return. */
export interface TimerHandle {
  ref(): unknown;
  unref(): unknown;
  hasRef(): boolean;
  refresh(): unknown;
}

type Callback = (...parameters: unknown[]) => void;

export interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** The ambient names that the contract uses. */
export interface AmbientNames {
  setTimeout(callback: unknown, delayMs?: unknown, ...parameters: unknown[]): TimerHandle;
  setInterval(callback: unknown, delayMs?: unknown, ...parameters: unknown[]): TimerHandle;
  setImmediate(callback: unknown, ...parameters: unknown[]): object;
  clearTimeout(timer: unknown): void;
  clearInterval(timer: unknown): void;
  clearImmediate(timer: unknown): void;
  queueMicrotask(callback: () => void): void;
  readonly process: { nextTick(callback: Callback, ...parameters: unknown[]): void };
  readonly Date: DateConstructor;
  readonly performance: { now(): number };
  readonly AbortSignal: { timeout(delayMs: number): AbortSignal };
  readonly promises: {
    setTimeout(delayMs: number, value?: unknown, options?: WaitOptions): Promise<unknown>;
    setImmediate(value?: unknown, options?: WaitOptions): Promise<unknown>;
    setInterval(delayMs: number, value?: unknown, options?: WaitOptions): AsyncIterable<unknown>;
    readonly scheduler: { wait(delayMs: number): Promise<void>; yield(): Promise<void> };
  };
}

export interface ClockPlace {
  readonly clock: Clock;
  readonly names: AmbientNames;
  /**
   * Stalls the event loop, from now or from the end of this turn. Something arrives from outside
   * during the stall. Must be called last in a turn.
   */
  stall(ms: number, onArrival?: () => void): void;
}

export type ClockEntry = readonly [title: string, act: (place: ClockPlace) => Promise<unknown>, expected: unknown];

/**
 * Runs `act` in a separate turn, as a timer's callback, and resolves when it calls `done`.
 */
export function inTurn<T>({ names }: ClockPlace, act: (done: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve) => void names.setTimeout(() => act(resolve), 1));
}
