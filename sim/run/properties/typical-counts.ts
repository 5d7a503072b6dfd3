/** Counts that a process has for most of the time, without what comes and goes. */

/** Numbers of things that a process holds. */
export interface Held {
  readonly timers: number;
  /** Those of `timers` that were started by `setInterval`. */
  readonly intervals: number;
  readonly channels: number;
  /** Connections to Redis. */
  readonly connections: number;
  readonly listeners: number;
}

export const HELD = [
  'timers',
  'intervals',
  'channels',
  'connections',
  'listeners',
] as const satisfies readonly (keyof Held)[];

/** A number of each kind. */
export function eachHeld(countOf: (kind: keyof Held) => number): Held {
  const [timers, intervals, channels, connections, listeners] = HELD.map(countOf);
  return { timers, intervals, channels, connections, listeners } as Held;
}

export class TypicalCounts {
  /** A sample holds until the next one. */
  #samples: { readonly atMs: number; readonly held: Held }[] = [];

  /** Time must not go back. */
  add(atMs: number, held: Held): void {
    const last = this.#samples.at(-1)?.held;
    if (last !== undefined && HELD.every((kind) => last[kind] === held[kind])) return;
    this.#samples.push({ atMs, held });
  }

  clear(): void {
    this.#samples = [];
  }

  /**
   * The numbers that are reached or exceeded for most of the second half of the time since the
   * first sample; null if there was no time.
   */
  typical(nowMs: number): Held | null {
    const [first] = this.#samples;
    if (first === undefined || first.atMs >= nowMs) return null;
    const fromMs = (first.atMs + nowMs) / 2;
    const spans = this.#samples.map(({ atMs, held }, index) => {
      const untilMs = this.#samples[index + 1]?.atMs ?? nowMs;
      return { held, ms: Math.max(0, untilMs - Math.max(atMs, fromMs)) };
    });
    return eachHeld((kind) => {
      let leftMs = (nowMs - fromMs) / 2;
      const descending = [...spans].sort((one, other) => other.held[kind] - one.held[kind]);
      return descending.find(({ ms }) => (leftMs -= ms) < 0)?.held[kind] ?? 0;
    });
  }
}
