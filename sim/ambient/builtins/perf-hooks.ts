/**
 * `node:perf_hooks`. The event loop of a process is measured as evenly busy: see
 * ../process/measurements.ts. Observers receive nothing, because nothing is measured.
 */
import { constants } from 'node:perf_hooks';
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { elapsedMs } from '../process/measurements.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const DELAY_NS = 10_400_000;
/** What Node's histogram has as its minimum before the first sample. */
const NO_MINIMUM = 9_223_372_036_854_776_000;

class PerformanceObserver {
  static readonly supportedEntryTypes = ['function', 'gc', 'mark', 'measure'];

  constructor(callback: unknown) {
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
  }

  observe(): void {}

  disconnect(): void {}

  takeRecords(): [] {
    return [];
  }
}

export function createPerfHooksModule(
  host: AmbientHost,
  guard: Guard,
  real: ModuleExports,
  performance: unknown,
): ModuleExports {
  const replaced = {
    performance,
    PerformanceObserver,
    monitorEventLoopDelay: ({ resolution = 10 } = {}) => new LoopDelay(host, resolution),
    constants,
  };
  return moduleProxy('node:perf_hooks', real, guard, replaced, []);
}

/** A histogram of delays, all of which are equal: one sample for each `resolutionMs`. */
class LoopDelay {
  readonly #host: AmbientHost;
  readonly #resolutionMs: number;
  #enabledAtMs: number | null = null;
  #samples = 0;

  constructor(host: AmbientHost, resolutionMs: number) {
    this.#host = host;
    this.#resolutionMs = resolutionMs;
  }

  enable(): boolean {
    if (this.#enabledAtMs !== null) return false;
    this.#enabledAtMs = elapsedMs(this.#host);
    return true;
  }

  disable(): boolean {
    if (this.#enabledAtMs === null) return false;
    this.#samples = this.count;
    this.#enabledAtMs = null;
    return true;
  }

  reset(): void {
    this.#samples = 0;
    if (this.#enabledAtMs !== null) this.#enabledAtMs = elapsedMs(this.#host);
  }

  get count(): number {
    const sinceMs = this.#enabledAtMs === null ? 0 : elapsedMs(this.#host) - this.#enabledAtMs;
    return this.#samples + Math.floor(sinceMs / this.#resolutionMs);
  }

  get min(): number {
    return this.count === 0 ? NO_MINIMUM : DELAY_NS;
  }

  get max(): number {
    return this.count === 0 ? 0 : DELAY_NS;
  }

  get mean(): number {
    return this.count === 0 ? Number.NaN : DELAY_NS;
  }

  get stddev(): number {
    return this.count === 0 ? Number.NaN : 0;
  }

  get exceeds(): number {
    return 0;
  }

  get percentiles(): Map<number, number> {
    return new Map([[100, this.max]]);
  }

  percentile(_percent: number): number {
    return this.max;
  }
}
