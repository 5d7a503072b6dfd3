/**
 * The conditions in which a node's processes run: its wall clock, the lateness of its timers, and
 * its failpoints.
 *
 * Fault model. A wall clock may be off by seconds for a while, or jump by minutes in either
 * direction and jump back later. Monotonic time never jumps, and timers follow it. Timers may be
 * late, as on a machine without enough CPU time, but never early and never out of order. A
 * failpoint may resolve late or reject. No condition outlasts its fault.
 *
 * In some runs failpoints take time without a fault, as every call of a real service does: half of
 * them up to 1 ms, the others mostly a few milliseconds and at most 50 ms.
 */
import type { Circumstances } from '../kernel/circumstances.ts';
import { type Draws, type Scope, scopeOf, subscope } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Fault, ActiveFaults } from '../kernel/fault.ts';
import { NamedChoices } from '../kernel/choices.ts';

const SKEW_MS_MAX = 5000;
const JUMP_MS_MAX = 600_000;
/** The minimal value of an offset, halfway between both extremes: the clock is right. */
const NO_OFFSET = 0.5;

const LATE_MS_MAX = 500;
const FAILPOINT_DELAY_MS_MAX = 3000;
const FAILPOINT_MS_MAX = 50;
const FAILPOINT_SHORT_MS = 1;

export interface Conditions {
  /** Milliseconds to add to the true wall time. */
  wallOffsetMs(node: string): number;
  /**
   * Milliseconds by which a timer that is due now fires later than usual. `scope` and `count` key
   * the choice.
   */
  timerLateMs(node: string, scope: Scope, count: number): number;
  failpoint(node: string, name: string): { readonly delayMs: number; readonly fails: boolean };
}

/** The conditions of code outside the nodes, which no fault reaches. */
export const NO_FAULTS: Conditions = {
  wallOffsetMs: () => 0,
  timerLateMs: () => 0,
  failpoint: () => ({ delayMs: 0, fails: false }),
};

export class FaultyConditions implements Conditions {
  readonly #kernel: Kernel;
  readonly #draws: Draws;
  readonly #faults: ActiveFaults;
  readonly #hit: (fault: Fault, detail: string) => void;
  readonly #areFailpointsSlow: boolean;
  readonly #choices = new NamedChoices();

  constructor(parts: {
    kernel: Kernel;
    draws: Draws;
    faults: ActiveFaults;
    hit: (fault: Fault, detail: string) => void;
    circumstances: Circumstances;
  }) {
    this.#kernel = parts.kernel;
    this.#draws = parts.draws;
    this.#faults = parts.faults;
    this.#hit = parts.hit;
    this.#areFailpointsSlow = parts.circumstances.slowFailpoints === true;
  }

  wallOffsetMs(node: string): number {
    if (this.#faults.none) return 0;
    let offsetMs = 0;
    for (const fault of this.#faults.of('clock-skew', node)) offsetMs += this.#offsetMs(fault, SKEW_MS_MAX);
    for (const fault of this.#faults.of('clock-jump', node)) offsetMs += this.#offsetMs(fault, JUMP_MS_MAX);
    return offsetMs;
  }

  timerLateMs(node: string, scope: Scope, count: number): number {
    if (this.#faults.none) return 0;
    let lateMs = 0;
    for (const fault of this.#faults.of('timers-late', node)) {
      const fraction = this.#draws.fraction(scope, count);
      if (fraction >= fault.rate) continue;
      this.#hit(fault, node);
      lateMs = Math.max(lateMs, Math.min(this.#restMs(fault), (fraction / fault.rate) * LATE_MS_MAX));
    }
    return lateMs;
  }

  failpoint(node: string, name: string): { readonly delayMs: number; readonly fails: boolean } {
    let delayMs = this.#areFailpointsSlow ? this.#usualMs(node, name) : 0;
    if (this.#faults.none) return { delayMs, fails: false };
    for (const fault of this.#faults.of('failpoint-delay', node)) {
      const fraction = this.#hitBy(fault, node, name);
      if (fraction === null) continue;
      delayMs = Math.max(delayMs, Math.min(this.#restMs(fault), fraction * FAILPOINT_DELAY_MS_MAX));
    }
    const failing = this.#faults.of('failpoint-error', node);
    return { delayMs, fails: failing.some((fault) => this.#hitBy(fault, node, name) !== null) };
  }

  /** How long a failpoint takes that no fault hits. */
  #usualMs(node: string, name: string): number {
    const { scope, count } = this.#choices.next(`${node}/failpoint/${name}`);
    const fraction = this.#draws.fraction(scope, count);
    if (fraction < 0.5) return 2 * fraction * FAILPOINT_SHORT_MS;
    const long = 2 * (fraction - 0.5);
    return FAILPOINT_SHORT_MS + long * long * (FAILPOINT_MS_MAX - FAILPOINT_SHORT_MS);
  }

  /**
   * Null if the fault does not strike this failpoint, otherwise a choice for the strength of the
   * effect.
   */
  #hitBy(fault: Fault, node: string, name: string): number | null {
    const { scope, count } = this.#choices.next(`${fault.id}/${node}/${name}`);
    if (this.#draws.fraction(scope, count) >= fault.rate) return null;
    this.#hit(fault, `${node} ${name}`);
    return this.#draws.fraction(subscope(scope, 'much'), count);
  }

  /** Milliseconds until the fault ends. */
  #restMs({ atMs, durationMs }: Fault): number {
    return atMs + durationMs - this.#kernel.nowMs;
  }

  #offsetMs(fault: Fault, mostMs: number): number {
    return this.#draws.integer(scopeOf(fault.id, 'offset'), 0, -mostMs, mostMs, NO_OFFSET);
  }
}
