/**
 * The node that publishes its prices for all others, seen in its commands. Runs without one have
 * none.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';

/** The channel of a source that belongs to one node has its name before the symbol. */
const SHARED_CHANNEL = /^prices:([^:]+)$/;

export class PriceSource {
  readonly observes = ['command'] as const;
  #node: string | null = null;

  /** The one instance of a run, shared by all its checkers. */
  static of(view: CheckerView): PriceSource {
    return view.shared(createPriceSource);
  }

  /** Null until it has sent a price to Redis. */
  get node(): string | null {
    return this.#node;
  }

  observe(record: RunRecord): void {
    if (record.type === 'command' && record.command === 'publish' && symbolOf(record.key) !== null)
      this.#node = record.node;
  }
}

/** The symbol of a channel that all nodes share; null for another channel. */
export function symbolOf(channel: string): string | null {
  return SHARED_CHANNEL.exec(channel)?.[1] ?? null;
}

function createPriceSource(): PriceSource {
  return new PriceSource();
}
