/**
 * Times at which a fault stalled a node's event loop or delayed its timers, or moved its wall
 * clock. Deadlines of the gateway hold only for time in which its node runs, and expiries only for
 * clocks that are right.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';

const PAUSES: ReadonlySet<string> = new Set(['node-stall', 'timers-late']);
const CLOCKS: ReadonlySet<string> = new Set(['clock-skew', 'clock-jump']);

export class Pauses {
  readonly observes = ['fault'] as const;
  /** Affected nodes, by open fault. */
  readonly #open = new Map<string, Set<string>>();
  readonly #endedAtMs = new Map<string, number>();
  readonly #kinds: ReadonlySet<string>;

  constructor(kinds: ReadonlySet<string>) {
    this.#kinds = kinds;
  }

  /** The one instance of a run, shared by all its checkers. */
  static of(view: CheckerView): Pauses {
    return view.shared(createPauses);
  }

  /** The same for times at which a wall clock was wrong. */
  static ofClocks(view: CheckerView): Pauses {
    return view.shared(createClocks);
  }

  observe(record: RunRecord): void {
    if (record.type !== 'fault' || !this.#kinds.has(record.kind)) return;
    const { id, phase, target, detail, atMs } = record;
    // A stall during another one has no record of its hit, but may last longer. So a target counts
    // as hit from the beginning of its fault.
    if (phase === 'begun') this.#open.set(id, new Set([target]));
    else if (phase === 'hit') this.#open.set(id, (this.#open.get(id) ?? new Set()).add(detail));
    if (phase !== 'ended') return;
    for (const node of this.#open.get(id) ?? []) this.#endedAtMs.set(node, atMs);
    this.#open.delete(id);
  }

  /** The last time at which a node was paused, or 0. */
  lastMs(node: string, nowMs: number): number {
    for (const nodes of this.#open.values()) if (nodes.has(node)) return nowMs;
    return this.#endedAtMs.get(node) ?? 0;
  }

  /** Whether a node was paused during the last `withinMs`. */
  disturbed(node: string, nowMs: number, withinMs: number): boolean {
    return this.lastMs(node, nowMs) > Math.max(0, nowMs - withinMs);
  }
}

function createPauses(): Pauses {
  return new Pauses(PAUSES);
}

function createClocks(): Pauses {
  return new Pauses(CLOCKS);
}
