import type { Alarm } from './alarm.ts';
import { backoffMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import type { Clock, Entropy, Price, PriceFeed, Probe, Timer } from './ports.ts';
import { batchText, priceText, snapshotText } from './price-frames.ts';
import { PriceHistory } from './price-history.ts';
import type { Position } from './protocol.ts';
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

/** The prices of one symbol. */
interface Stream {
  readonly symbol: string;
  task: Task | null;
  history: PriceHistory;
  /** The feed has failed, and no price has come since. */
  isLost: boolean;
  /** Ends the task if the symbol has no subscriber by then. */
  keeping: Timer | null;
}

/**
 * One price task per symbol, shared by all subscribers. It runs while the symbol has any, and for
 * `historyKeptMs` after that, so that clients which reconnect miss nothing.
 */
export class Streams {
  readonly #parts: StreamsParts;
  readonly #streams = new Map<string, Stream>();

  constructor(parts: StreamsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#streams.size;
  }

  /**
   * Starts the task of `symbol`, or lets it end later. Must be called after every change of its
   * subscribers.
   */
  settle(symbol: string): void {
    const isWanted = this.#parts.registry.subscriberCount(symbol) > 0;
    const stream = this.#streams.get(symbol);
    if (stream === undefined) {
      if (isWanted) this.#start(symbol, new PriceHistory(this.#parts.limits.historyPricesMax));
    } else if (isWanted) {
      stream.keeping?.cancel();
      stream.keeping = null;
    } else {
      stream.keeping ??= this.#keep(stream);
    }
  }

  /**
   * Sends a new subscriber the prices after `position` as one batch, or a snapshot if they are not
   * all known or too many for its outbox.
   *
   * @param spareBytes room that the batch leaves for the frames that follow
   */
  welcome({ outbox }: Connection, symbol: string, position: Position | undefined, spareBytes: number): void {
    const stream = this.#streams.get(symbol);
    // The frame below is newer.
    outbox.forget(symbol);
    const missed = position === undefined ? null : (stream?.history.since(position) ?? null);
    const batch = position === undefined || missed === null ? null : batchText(symbol, position.epoch, missed);
    if (batch !== null && outbox.hasRoomFor(batch.length + spareBytes)) outbox.send(batch);
    else outbox.send(snapshotText(symbol, stream?.history.newest ?? null));
    if (stream?.isLost === true) outbox.sendStale(symbol);
  }

  #start(symbol: string, history: PriceHistory): void {
    const { supervisor } = this.#parts;
    if (supervisor.stopping) return;
    const stream: Stream = { symbol, task: null, history, isLost: false, keeping: null };
    const task = supervisor.spawn({ label: `stream:${symbol}`, owner: 'streams' }, (signal) =>
      this.#run(stream, signal),
    );
    stream.task = task;
    this.#streams.set(symbol, stream);
    void task.ended.then(() => {
      stream.keeping?.cancel();
      this.#streams.delete(symbol);
      this.#parts.health.report(`feed:${symbol}`, false);
      // A client may have subscribed while the old task was ending.
      if (this.#parts.registry.subscriberCount(symbol) > 0) this.#start(symbol, stream.history);
    });
  }

  #keep(stream: Stream): Timer {
    const { clock, limits } = this.#parts;
    const { symbol } = stream;
    return clock.startTimer({ label: `keep:${symbol}`, owner: `stream:${symbol}` }, limits.historyKeptMs, () => {
      stream.history = new PriceHistory(limits.historyPricesMax);
      stream.task?.cancel();
    });
  }

  async #run(stream: Stream, signal: AbortSignal): Promise<void> {
    const { clock, entropy, limits } = this.#parts;
    const { symbol } = stream;
    const tag = { label: `restart:${symbol}`, owner: `stream:${symbol}` };
    let failures = 0;
    while (!signal.aborted) {
      let cause: unknown;
      try {
        for await (const price of untilAborted(this.#parts.feed.prices(symbol, signal), signal)) {
          this.#receive(stream, price);
          if (failures > 0) this.#feedRecovered(symbol);
          failures = 0;
        }
      } catch (error) {
        cause = error;
      }
      if (signal.aborted) return;
      this.#lose(stream);
      failures += 1;
      if (failures === limits.feedFailuresMax) this.#feedFailed(symbol, cause);
      const { feedRestartBaseMs, feedRestartMaxMs } = limits;
      const delayMs = backoffMs(failures, feedRestartBaseMs, feedRestartMaxMs, entropy.fraction(tag.label));
      await sleep(clock, tag, delayMs, signal);
    }
  }

  #receive(stream: Stream, price: Price): void {
    const { isLost } = stream;
    const follows = stream.history.add(price);
    stream.isLost = false;
    if (follows !== 'old') this.#broadcast(price, isLost || follows === 'gap');
    else if (isLost) this.#broadcast(stream.history.newest ?? price, true);
  }

  /** After a gap, subscribers get a snapshot: the price does not follow the one before. */
  #broadcast(price: Price, isSnapshot: boolean): void {
    const { probe, registry } = this.#parts;
    const { symbol, epoch, sequence } = price;
    probe.note('broadcast.started', { symbol, epoch, sequence });
    const text = isSnapshot ? '' : priceText(price, 0);
    let reached = 0;
    for (const { subscriptions, outbox } of registry.subscribersOf(symbol)) {
      // Ending an earlier subscriber may have ended this one too.
      if (!subscriptions.has(symbol)) continue;
      if (isSnapshot ? outbox.sendSnapshot(price) : outbox.sendPrice(price, text)) reached += 1;
    }
    probe.note('broadcast.ended', { symbol, epoch, sequence, reached });
  }

  /** Tells the subscribers that prices may be missing until their next snapshot. */
  #lose(stream: Stream): void {
    if (stream.isLost) return;
    stream.isLost = true;
    for (const { subscriptions, outbox } of this.#parts.registry.subscribersOf(stream.symbol)) {
      if (subscriptions.has(stream.symbol)) outbox.sendStale(stream.symbol);
    }
  }

  #feedFailed(symbol: string, cause: unknown): void {
    this.#parts.health.report(`feed:${symbol}`, true);
    this.#parts.alarm.raise('feed_broken', symbol, cause);
  }

  #feedRecovered(symbol: string): void {
    this.#parts.health.report(`feed:${symbol}`, false);
  }
}
