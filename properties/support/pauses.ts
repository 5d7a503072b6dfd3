/**
 * When nodes did not run as they should: their event loop stood still, or their timers came late. What a node promises to do within a time, it
 * promises for time in which it runs.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';

const KINDS: ReadonlySet<string> = new Set(['node-stall', 'timers-late']);

export class Pauses {
  readonly observes = ['fault'] as const;
  /** Nodes that were hit, by the fault that is open. */
  readonly #open = new Map<string, Set<string>>();
  readonly #endedAtMs = new Map<string, number>();

  /** Of the run that `view` sees; judges share it. */
  static of(view: CheckerView): Pauses {
    return view.shared(createPauses);
  }

  observe(record: RunRecord): void {
    if (record.type !== 'fault' || !KINDS.has(record.kind)) return;
    const { id, phase, target, detail, atMs } = record;
    // A stall within a stall hits nothing anew, and yet may last longer: what a fault aims at counts as hit from its beginning.
    if (phase === 'begun') this.#open.set(id, new Set([target]));
    else if (phase === 'hit') this.#open.set(id, (this.#open.get(id) ?? new Set()).add(detail));
    if (phase !== 'ended') return;
    for (const node of this.#open.get(id) ?? []) this.#endedAtMs.set(node, atMs);
    this.#open.delete(id);
  }

  /** The last moment at which a node was paused; 0 when it never was. */
  lastMs(node: string, nowMs: number): number {
    for (const nodes of this.#open.values()) if (nodes.has(node)) return nowMs;
    return this.#endedAtMs.get(node) ?? 0;
  }

  /** Whether a node was paused in the `withinMs` before now. */
  disturbed(node: string, nowMs: number, withinMs: number): boolean {
    return this.lastMs(node, nowMs) > Math.max(0, nowMs - withinMs);
  }
}

function createPauses(): Pauses {
  return new Pauses();
}
