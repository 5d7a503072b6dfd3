/**
 * The publications of each channel. All subscribers share them, so the cost of a publication does
 * not depend on the number of subscribers.
 */
import { Fifo } from '../../kernel/fifo.ts';
import type { PublisherEvent } from './events.ts';

/** A place in a channel's history. */
export interface Mark {
  /** The number of restarts of the publisher. */
  readonly epoch: number;
  /** The number of all publications. */
  readonly count: number;
  /** The newest position in the epoch; null if it has none. */
  readonly newest: number | null;
}

export interface Publication {
  readonly position: number;
  readonly value: string | undefined;
  readonly epoch: number;
  /** The number of publications up to this one, which is included. */
  readonly count: number;
}

export class ChannelLog {
  #epoch = 0;
  #count = 0;
  #countAtRestart = 0;
  #first: number | null = null;
  #newest: number | null = null;
  #due: Publication | null = null;

  /** The newest publication that must have arrived by now once the system has settled, or null. */
  get due(): Publication | null {
    return this.#due;
  }

  get epoch(): number {
    return this.#epoch;
  }

  restart(): void {
    this.#epoch += 1;
    this.#countAtRestart = this.#count;
    this.#first = null;
    this.#newest = null;
  }

  publish(position: number, value: string | undefined): Publication {
    this.#count += 1;
    this.#first ??= position;
    this.#newest = Math.max(position, this.#newest ?? position);
    return { position, value, epoch: this.#epoch, count: this.#count };
  }

  /** Makes a publication due: its time to arrive is over. */
  expect(publication: Publication): void {
    const due = this.#due;
    if (due === null || due.epoch < publication.epoch || due.position < publication.position) this.#due = publication;
  }

  mark(): Mark {
    return { epoch: this.#epoch, count: this.#count, newest: this.#newest };
  }

  /**
   * An upper bound for the first position of a subscription that was requested and answered at
   * these marks and took effect in between. Null if there is no bound.
   */
  firstAfter(asked: Mark, answered: Mark): number | null {
    if (asked.epoch !== answered.epoch) return null;
    if (answered.epoch === this.#epoch) return answered.newest === null ? this.#first : answered.newest + 1;
    // No publication of the previous epoch may still be under way.
    const isFirst = answered.epoch + 1 === this.#epoch && asked.count === this.#countAtRestart;
    return isFirst ? this.#first : null;
  }
}

export class Publications {
  readonly #withinMs: number;
  readonly #channels = new Map<string, ChannelLog>();
  readonly #waiting = new Fifo<{ log: ChannelLog; publication: Publication; dueAtMs: number }>();

  /**
   * @param withinMs virtual time within which a publication reaches its subscribers without faults
   */
  constructor(withinMs = 0) {
    this.#withinMs = withinMs;
  }

  of(channel: string): ChannelLog {
    let log = this.#channels.get(channel);
    if (log === undefined) {
      log = new ChannelLog();
      this.#channels.set(channel, log);
    }
    return log;
  }

  observe(event: PublisherEvent, nowMs = 0): void {
    const log = this.of(event.channel);
    if (event.type === 'restarted') {
      log.restart();
      return;
    }
    const publication = log.publish(event.position, event.value);
    this.#waiting.push({ log, publication, dueAtMs: nowMs + this.#withinMs });
    this.advance(nowMs);
  }

  /** Constant time on average for each publication. */
  advance(nowMs: number): void {
    for (let first = this.#waiting.first; first !== undefined && first.dueAtMs <= nowMs; first = this.#waiting.first) {
      this.#waiting.take();
      first.log.expect(first.publication);
    }
  }
}
