/** When faults last affected nodes or Redis. Deadlines for what nodes exchange begin then. */
import type { CheckerView, RunRecord } from '../../sim/index.ts';

/** They affect clients only, or a node's wall clock, or a source of prices. */
const HARMLESS: ReadonlySet<string> = new Set([
  'client-stall',
  'clock-jump',
  'clock-skew',
  'connection-loss',
  'failpoint-delay',
  'failpoint-error',
  'half-open',
  'heal',
  'left',
  'reconnect-storm',
  'settled',
  'slow-reader',
]);

/** They have no end, but last for a node only until it notices them. */
const MOMENTARY: ReadonlySet<string> = new Set(['redis-subscriber-deaf', 'redis-demoted']);

export class Calm {
  readonly observes = ['fault', 'node'] as const;
  readonly #open = new Set<string>();
  #sinceMs = 0;

  /** The one instance of a run, shared by all its checkers. */
  static of(view: CheckerView): Calm {
    return view.shared(createCalm);
  }

  observe(record: RunRecord): void {
    if (record.type === 'node') this.#sinceMs = record.atMs;
    if (record.type !== 'fault' || HARMLESS.has(record.kind)) return;
    if (record.phase === 'begun' && !MOMENTARY.has(record.kind)) this.#open.add(record.id);
    else if (record.phase === 'ended') this.#open.delete(record.id);
    this.#sinceMs = record.atMs;
  }

  /** Virtual time from which nothing has been disturbed: `nowMs` while a fault lasts. */
  sinceMs(nowMs: number): number {
    return this.#open.size > 0 ? nowMs : this.#sinceMs;
  }
}

function createCalm(): Calm {
  return new Calm();
}
