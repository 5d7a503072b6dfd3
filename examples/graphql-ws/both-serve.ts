/**
 * A mark for the state that these runs must reach: clients of both versions receive ticks at the
 * same time.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

const AT_THE_SAME_TIME_MS = 500;

export const bothServe: Property = {
  id: 'both-serve',
  risk: '',
  kind: 'sometimes',
  description: 'Both versions serve at the same time.',
  marks: ['both versions serve at the same time'],
  checker: (view) => new BothServe(view),
};

class BothServe implements Checker {
  readonly #view: CheckerView;
  readonly #otherNodes = new Set<string>();
  /** When a version served last. */
  readonly #servedAtMs = { current: -Infinity, other: -Infinity };

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'node') {
      if (record.version === 'other') this.#otherNodes.add(record.node);
      else this.#otherNodes.delete(record.node);
    } else if (record.type === 'frame' && record.direction === 'down' && record.text.includes('"type":"next"')) {
      const [own, opposite] = this.#otherNodes.has(record.node)
        ? (['other', 'current'] as const)
        : (['current', 'other'] as const);
      this.#servedAtMs[own] = record.atMs;
      if (record.atMs - this.#servedAtMs[opposite] < AT_THE_SAME_TIME_MS)
        this.#view.mark('both versions serve at the same time');
    }
  }
}
