/** What a kernel is given, and why its loop ends. */
import type { Domain } from './heap.ts';

/**
 * Why the loop ended. `stopped`: `stop` was called. `idle`: the queue is empty. `threw` and
 * `rejected`: an error or a rejection was not caught. `steps`: the limit of steps is reached.
 * `frozen`: virtual time has stopped moving.
 */
export type LoopEnd =
  | { readonly why: 'stopped' | 'idle' }
  | { readonly why: 'threw' | 'rejected'; readonly domain: Domain; readonly reason: unknown }
  | { readonly why: 'steps' | 'frozen'; readonly limit: number };

export interface KernelOptions {
  /** Number of steps after which the run ends. */
  readonly stepsMax: number;
  /** Number of steps at one virtual time after which the run ends. */
  readonly frozenStepsMax: number;
  /** Of events due at the same time, the lower priority comes first. 0 for all by default. */
  readonly priorityOf?: ((domain: Domain, step: number, nowUs: number) => number) | undefined;
  /** Called when a step is quiescent. */
  readonly onQuiescent: () => void;
  /**
   * Called with the number of each step before it begins, so that a watchdog outside can see
   * progress.
   */
  readonly onStep?: ((step: number) => void) | undefined;
  /**
   * How microtasks are run: `inside` the loop, or in `turns` of `setImmediate`. `turns` is also the
   * fallback.
   */
  readonly drain?: 'inside' | 'turns' | undefined;
  /** Keep what caused each record. */
  readonly keepsCauses?: boolean | undefined;
  /** Called for a warning of Node. */
  readonly onWarning?: ((warning: Error) => void) | undefined;
}
