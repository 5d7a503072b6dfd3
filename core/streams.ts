import type { Alarm } from './alarm.ts';
import { backoffMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, Entropy, Price, PriceFeed, Probe } from './ports.ts';
import { serialise } from './protocol.ts';
import { sleep } from './sleep.ts';
import type { Supervisor, Task } from './supervisor.ts';
import { untilAborted } from './until-aborted.ts';

export interface StreamsParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  readonly feed: PriceFeed;
  readonly limits: Limits;
  readonly supervisor: Supervisor;
  readonly alarm: Alarm;
  readonly health: Health;
  readonly registry: {
    subscribersOf(symbol: string): readonly Connection[];
    subscriberCount(symbol: string): number;
  };
}

/**
 * One price task per symbol, shared by all subscribers. It runs exactly while the symbol has any.
 */
export class Streams {
  readonly #parts: StreamsParts;
  readonly #tasks = new Map<string, Task>();

  constructor(parts: StreamsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Starts or ends the task of `symbol`. Must be called after every change of its subscribers. */
  settle(symbol: string): void {
    const isWanted = this.#parts.registry.subscriberCount(symbol) > 0;
    const task = this.#tasks.get(symbol);
    if (isWanted && task === undefined) this.#start(symbol);
    else if (!isWanted && task !== undefined) task.cancel();
  }

  #start(symbol: string): void {
    const { supervisor } = this.#parts;
    if (supervisor.stopping) return;
    const task = supervisor.spawn({ label: `stream:${symbol}`, owner: 'streams' }, (signal) =>
      this.#run(symbol, signal),
    );
    this.#tasks.set(symbol, task);
    void task.ended.then(() => {
      this.#tasks.delete(symbol);
      this.#parts.health.report(`feed:${symbol}`, false);
      // A client may have subscribed while the old task was ending.
      this.settle(symbol);
    });
  }

  async #run(symbol: string, signal: AbortSignal): Promise<void> {
    const { clock, entropy, limits } = this.#parts;
    const tag = { label: `restart:${symbol}`, owner: `stream:${symbol}` };
    let sentSequence = 0;
    let failures = 0;
    while (!signal.aborted) {
      // A restarted feed counts from one again. Subscribers must not see that.
      const baseSequence = sentSequence;
      let cause: unknown;
      try {
        for await (const price of untilAborted(this.#parts.feed.prices(symbol, signal), signal)) {
          sentSequence = baseSequence + price.sequence;
          this.#broadcast(price, sentSequence);
          if (failures > 0) this.#feedRecovered(symbol);
          failures = 0;
        }
      } catch (error) {
        cause = error;
      }
      if (signal.aborted) return;
      failures += 1;
      if (failures === limits.feedFailuresMax) this.#feedFailed(symbol, cause);
      const { feedRestartBaseMs, feedRestartMaxMs } = limits;
      const delayMs = backoffMs(failures, feedRestartBaseMs, feedRestartMaxMs, entropy.fraction(tag.label));
      await sleep(clock, tag, delayMs, signal);
    }
  }

  #broadcast(price: Price, sequence: number): void {
    const { probe, registry } = this.#parts;
    const { symbol } = price;
    probe.note('broadcast.started', { symbol, sequence });
    const text = serialise({ type: 'price', symbol, price: price.price, sequence, quotedAt: price.quotedAt });
    let reached = 0;
    for (const connection of registry.subscribersOf(symbol)) {
      // Ending an earlier subscriber may have ended this one too.
      if (connection.subscriptions.has(symbol) && connection.outbox.sendPrice(symbol, text)) reached += 1;
    }
    probe.note('broadcast.ended', { symbol, sequence, reached });
  }

  #feedFailed(symbol: string, cause: unknown): void {
    this.#parts.health.report(`feed:${symbol}`, true);
    this.#parts.alarm.raise('feed_broken', symbol, cause);
  }

  #feedRecovered(symbol: string): void {
    this.#parts.health.report(`feed:${symbol}`, false);
  }
}
