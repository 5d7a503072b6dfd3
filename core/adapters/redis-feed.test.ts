import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { ManualClock, quiescence } from '../test/manual-clock.ts';
import { redisFeed } from './redis-feed.ts';

/** A client whose server refuses the first `refusals` requests to unsubscribe. */
class BusyClient extends EventEmitter {
  readonly channels = new Set<string>();
  refusals: number;

  constructor(refusals: number) {
    super();
    this.refusals = refusals;
  }

  subscribe(channel: string): Promise<unknown> {
    this.channels.add(channel);
    return Promise.resolve(1);
  }

  unsubscribe(channel: string): Promise<unknown> {
    this.refusals -= 1;
    if (this.refusals >= 0) return Promise.reject(new Error('BUSY Redis is busy running a script'));
    this.channels.delete(channel);
    return Promise.resolve(0);
  }
}

async function readAndLeave(client: BusyClient, clock: ManualClock) {
  const feed = redisFeed(client, ['AAPL'], clock);
  const controller = new AbortController();
  const prices = feed.prices('AAPL', controller.signal)[Symbol.asyncIterator]();
  const next = prices.next();
  await Promise.resolve();
  controller.abort();
  await next;
  return feed;
}

test('retries until the server has ended a subscription without readers', async () => {
  const [client, clock] = [new BusyClient(2), new ManualClock()];
  await readAndLeave(client, clock);
  await quiescence();
  expect([[...client.channels], clock.labels]).toEqual([['prices:AAPL'], ['unsubscribe:prices:AAPL']]);
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
  expect([[...client.channels], clock.labels]).toEqual([['prices:AAPL'], []]);
});

test('leaves no timer when it is closed', async () => {
  const [client, clock] = [new BusyClient(9), new ManualClock()];
  const feed = await readAndLeave(client, clock);
  await quiescence();
  feed.close();
  expect(clock.labels).toEqual([]);
});
