import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { ManualClock, quiescence } from '../test/manual-clock.ts';
import { redisFeed, type RedisFeed } from './redis-feed.ts';

/** A client whose server refuses the first `refusals` requests to unsubscribe. */
class BusyClient extends EventEmitter {
  readonly channels = new Set<string>();
  refusals: number;

  constructor(refusals: number) {
    super();
    this.refusals = refusals;
  }

  /** The number of connections that were broken. */
  broken = 0;
  /** Nothing that is published arrives. */
  isDeaf = false;

  subscribe(...channels: string[]): Promise<unknown> {
    for (const channel of channels) this.channels.add(channel);
    return Promise.resolve(1);
  }

  publish(channel: string, text: string): Promise<unknown> {
    if (!this.isDeaf && this.channels.has(channel)) this.emit('message', channel, text);
    return Promise.resolve(1);
  }

  disconnect(): void {
    this.broken += 1;
    this.channels.clear();
    this.isDeaf = false;
    this.emit('close');
  }

  unsubscribe(channel: string): Promise<unknown> {
    this.refusals -= 1;
    if (this.refusals >= 0) return Promise.reject(new Error('BUSY Redis is busy running a script'));
    this.channels.delete(channel);
    return Promise.resolve(0);
  }
}

const limits = { feedProbeEveryMs: 1000, feedProbesLostMax: 3 };

function feedOver(client: BusyClient, clock: ManualClock): RedisFeed {
  return redisFeed({ client, publisher: client, symbols: ['AAPL'], clock, limits, name: 'one' });
}

async function readAndLeave(client: BusyClient, clock: ManualClock) {
  const feed = feedOver(client, clock);
  const controller = new AbortController();
  const prices = feed.prices('AAPL', controller.signal)[Symbol.asyncIterator]();
  const next = prices.next();
  await Promise.resolve();
  controller.abort();
  await next;
  return feed;
}

test('retries until the server has ended a subscription without readers', async () => {
  const [client, clock] = [new BusyClient(3), new ManualClock()];
  await readAndLeave(client, clock);
  await quiescence();
  expect([[...client.channels], clock.labels]).toEqual([
    ['prices:AAPL', 'probe:one'],
    ['unsubscribe:prices:AAPL', 'unsubscribe:probe:one'],
  ]);
  await clock.advance(1000);
  await quiescence();
  await clock.advance(1000);
  await quiescence();
  expect([[...client.channels], clock.labels]).toEqual([[], []]);
});

test('does not end a subscription that has a reader again', async () => {
  const [client, clock] = [new BusyClient(1), new ManualClock()];
  const feed = await readAndLeave(client, clock);
  await quiescence();
  void feed.prices('AAPL', new AbortController().signal)[Symbol.asyncIterator]().next();
  await quiescence();
  await clock.advance(5000);
  await quiescence();
  expect([[...client.channels], clock.labels]).toEqual([['prices:AAPL', 'probe:one'], ['probe']]);
});

test('leaves no timer when it is closed', async () => {
  const [client, clock] = [new BusyClient(9), new ManualClock()];
  const feed = await readAndLeave(client, clock);
  await quiescence();
  feed.close();
  expect(clock.labels).toEqual([]);
});

test('fails and reconnects when nothing arrives, not even probes', async () => {
  const [client, clock] = [new BusyClient(0), new ManualClock()];
  const prices = feedOver(client, clock).prices('AAPL', new AbortController().signal)[Symbol.asyncIterator]();
  const next = prices.next();
  const outcome = next.then(
    () => 'a price',
    (error: unknown) => String(error),
  );
  await clock.advance(60_000);
  expect(client.broken).toBe(0);
  client.isDeaf = true;
  await clock.advance(3999);
  expect(client.broken).toBe(0);
  await clock.advance(1);
  expect([await outcome, client.broken, clock.labels]).toEqual(['Error: the subscription receives nothing', 1, []]);
});

test('takes any message for a sign of life', async () => {
  const [client, clock] = [new BusyClient(0), new ManualClock()];
  const prices = feedOver(client, clock).prices('AAPL', new AbortController().signal)[Symbol.asyncIterator]();
  const next = prices.next();
  client.publish = () => Promise.reject(new Error('READONLY'));
  for (let second = 1; second < 20; second += 1) {
    await clock.advance(1000);
    client.emit('message', 'prices:AAPL', JSON.stringify({ price: 1, epoch: 'e', sequence: second, quotedAt: '' }));
  }
  expect([(await next).value, client.broken]).toEqual([
    { symbol: 'AAPL', price: 1, epoch: 'e', sequence: 1, quotedAt: '' },
    0,
  ]);
});

/** One attempt: `subscribe` fails 2 s later, as a command does that times out. */
async function attempt(feed: RedisFeed, client: BusyClient, clock: ManualClock): Promise<void> {
  let timeOut = (): void => undefined;
  client.subscribe = () =>
    new Promise((_resolve, reject) => {
      timeOut = () => reject(new Error('Command timed out'));
    });
  const next = feed.prices('AAPL', new AbortController().signal)[Symbol.asyncIterator]().next();
  next.catch(() => undefined);
  await clock.advance(2000);
  timeOut();
  await quiescence();
}

test('reconnects a dead connection although each attempt to subscribe ends before enough probes are lost', async () => {
  const [client, clock] = [new BusyClient(0), new ManualClock()];
  const feed = feedOver(client, clock);
  client.isDeaf = true;
  await attempt(feed, client, clock);
  expect(client.broken).toBe(0);
  await attempt(feed, client, clock);
  expect(client.broken).toBe(1);
});

test('does not count probes that were lost before a subscription was confirmed', async () => {
  const [client, clock] = [new BusyClient(0), new ManualClock()];
  const feed = feedOver(client, clock);
  client.publish = () => Promise.resolve(0);
  for (let count = 0; count < 4; count += 1) {
    const controller = new AbortController();
    void feed.prices('AAPL', controller.signal)[Symbol.asyncIterator]().next();
    await clock.advance(2000);
    controller.abort();
    await quiescence();
  }
  expect(client.broken).toBe(0);
});
