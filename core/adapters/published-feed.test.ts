import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { CounterName, Price, PriceFeed } from '../ports.ts';
import { ManualClock, quiescence } from '../test/manual-clock.ts';
import { type PublishedFeed, publishedFeed } from './published-feed.ts';
import { recordedFeed } from './recorded-feed.ts';
import { redisFeed } from './redis-feed.ts';

/** A client of Redis whose messages come back. */
class LoopbackClient extends EventEmitter {
  readonly channels: string[] = [];
  /** What becomes of a price. */
  fate: 'taken' | 'refused' | 'unanswered' = 'taken';
  /** The number of connections that were broken. */
  broken = 0;
  #waiting: ((answer: unknown) => void)[] = [];

  publish(channel: string, text: string): Promise<unknown> {
    if (this.fate === 'refused') return Promise.reject(new Error("Stream isn't writeable"));
    this.channels.push(channel);
    this.emit('message', channel, text);
    return this.fate === 'taken' ? Promise.resolve(1) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Settles what is unanswered. */
  settle(answer: unknown): void {
    for (const resolve of this.#waiting.splice(0)) resolve(answer);
  }

  subscribe(): Promise<unknown> {
    return Promise.resolve(1);
  }

  unsubscribe(): Promise<unknown> {
    return Promise.resolve(0);
  }

  disconnect(): void {
    this.broken += 1;
    this.emit('close');
  }
}

const recording = { A: [['2000-01-01', 1] as const, ['2000-02-01', 2] as const], B: [['2000-01-01', 9] as const] };

function source() {
  const [clock, client] = [new ManualClock(), new LoopbackClient()];
  const counted: CounterName[] = [];
  const feed = publishedFeed({
    source: recordedFeed(clock, recording, 10, 'e', 'source'),
    client,
    nextWithinMs: 30,
    metrics: { count: (name) => void counted.push(name) },
  });
  return { clock, client, counted, feed };
}

/** Reads the prices of A until `end` is called. */
function read(feed: PriceFeed) {
  const controller = new AbortController();
  const prices: Price[] = [];
  const iterate = async (): Promise<void> => {
    for await (const price of feed.prices('A', controller.signal)) prices.push(price);
  };
  const ended = iterate();
  const end = (): Promise<void> => {
    controller.abort();
    return ended;
  };
  return { prices, ended, end };
}

describe('a published feed', () => {
  test('passes the same prices to its readers and to those of other gateways', async () => {
    const { clock, client, feed } = source();
    const limits = { feedProbeEveryMs: 1000, feedProbesLostMax: 3 };
    const elsewhere = redisFeed({ client, publisher: client, symbols: ['A'], clock, limits, name: 'x' });
    const readers = [read(feed), read(feed), read(elsewhere)];
    await clock.advance(30);
    const quoted = { symbol: 'A', epoch: 'e' };
    for (const { prices } of readers) {
      expect(prices).toEqual([
        { ...quoted, sequence: 1, price: 1, quotedAt: '2000-01-01' },
        { ...quoted, sequence: 2, price: 2, quotedAt: '2000-02-01' },
        { ...quoted, sequence: 3, price: 1, quotedAt: '2000-01-01' },
      ]);
    }
    await Promise.all(readers.map(({ end }) => end()));
    await feed.close();
    elsewhere.close();
    expect(clock.labels).toEqual([]);
  });

  test('fails for other gateways when it has ended, but not while it has prices', async () => {
    const { clock, client, feed } = source();
    const limits = { feedProbeEveryMs: 1000, feedProbesLostMax: 3 };
    const elsewhere = redisFeed({ client, publisher: client, symbols: ['A'], clock, limits, name: 'x' });
    const reader = read(elsewhere);
    const outcome = reader.ended.catch((error: unknown) => String(error));
    await clock.advance(100);
    expect(reader.prices).toHaveLength(10);
    await feed.close();
    await clock.advance(29);
    expect(clock.labels).toEqual(['expect:prices:A', 'probe']);
    await clock.advance(1);
    expect([await outcome, clock.labels]).toEqual(['Error: the source has published nothing', []]);
  });

  test('plays every symbol, also without a reader', async () => {
    const { clock, client, feed } = source();
    await clock.advance(10);
    expect([...feed.symbols]).toEqual(['A', 'B']);
    expect(client.channels).toEqual(['prices:A', 'prices:B']);
    const reader = read(feed);
    await clock.advance(10);
    await reader.end();
    await clock.advance(10);
    expect(reader.prices.map(({ sequence }) => sequence)).toEqual([2]);
    expect(client.channels).toHaveLength(6);
    await feed.close();
  });

  test('drops and counts what Redis refuses, which its readers do not notice', async () => {
    const { clock, client, counted, feed } = source();
    client.fate = 'refused';
    const { prices, end } = read(feed);
    await clock.advance(20);
    expect(prices).toHaveLength(2);
    expect(counted).toEqual(Array.from({ length: 4 }, () => 'unpublished_prices'));
    client.fate = 'taken';
    await clock.advance(10);
    expect(client.channels).toEqual(['prices:A', 'prices:B']);
    expect([counted.length, client.broken]).toEqual([4, 0]);
    await end();
    await feed.close();
  });

  test('replaces a connection in which a price has had no answer', async () => {
    const { clock, client, counted, feed } = source();
    client.fate = 'unanswered';
    for (const broken of [1, 2]) {
      await clock.advance(20);
      client.settle(Promise.reject(new Error('Command timed out')));
      await quiescence();
      expect([counted.length, client.broken]).toEqual([4 * broken, broken]);
    }
    await feed.close();
  });

  test('bounds the prices without an answer', async () => {
    const { clock, client, counted, feed } = source();
    client.fate = 'unanswered';
    const { prices, end } = read(feed);
    await clock.advance(2000);
    expect([prices.length, client.channels.length, counted.length]).toEqual([200, 256, 144]);
    client.settle(1);
    await clock.advance(10);
    expect(client.channels).toHaveLength(258);
    await end();
    await feed.close();
  });

  test('ends at once when it is closed, and so do its readers when they leave', async () => {
    const { clock, feed }: { clock: ManualClock; feed: PublishedFeed } = source();
    const { end } = read(feed);
    await quiescence();
    expect(clock.labels).toEqual(['feed:A', 'feed:B']);
    await feed.close();
    expect(clock.labels).toEqual([]);
    await end();
  });

  test('has no prices of other symbols', async () => {
    const { feed } = source();
    const prices = feed.prices('C', new AbortController().signal)[Symbol.asyncIterator]();
    await expect(prices.next()).rejects.toThrow('unknown symbol of the source');
    await feed.close();
  });
});
