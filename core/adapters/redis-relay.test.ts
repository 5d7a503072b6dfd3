import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { redisRelay } from './redis-relay.ts';

class FakeClient extends EventEmitter {
  status = 'connecting';
  readonly subscribed: string[][] = [];
  readonly disconnects: boolean[] = [];

  subscribe(...channels: string[]): Promise<unknown> {
    this.subscribed.push(channels);
    return this.subscribed.length === 1 ? Promise.reject(new Error('refused')) : Promise.resolve();
  }

  disconnect(reconnect: boolean): void {
    this.disconnects.push(reconnect);
  }
}

function build() {
  const client = new FakeClient();
  const clock = new ManualClock();
  const published: string[] = [];
  const publish = (channel: string, text: string): Promise<unknown> => {
    published.push(`${channel} ${text}`);
    return Promise.resolve(1);
  };
  const limits = { feedProbeEveryMs: 1000, feedProbesLostMax: 3 };
  const relay = redisRelay({ client, publisher: { publish }, clock, limits, name: 'a' });
  const texts: string[] = [];
  relay.onText((text) => texts.push(text));
  return { client, clock, published, relay, texts };
}

test('subscribes whenever it is connected, and hands over messages only', () => {
  const { client, texts } = build();
  expect(client.subscribed).toEqual([]);
  client.emit('ready');
  client.emit('ready');
  expect(client.subscribed).toEqual([
    ['messages', 'probe:messages:a'],
    ['messages', 'probe:messages:a'],
  ]);
  client.emit('message', 'messages', 'one');
  client.emit('message', 'revocations', 'two');
  client.emit('message', 'probe:messages:a', '');
  expect(texts).toEqual(['one']);
});

test('publishes to the channel of messages', async () => {
  const { relay, published } = build();
  await relay.publish('hello');
  expect(published).toEqual(['messages hello']);
});

test('connects again if neither messages nor probes arrive, and leaves no timer behind', async () => {
  const { client, clock, relay, published } = build();
  await clock.advance(3000);
  expect(published).toHaveLength(3);
  client.emit('message', 'revocations', '');
  expect(client.disconnects).toEqual([]);
  await clock.advance(1000);
  expect(client.disconnects).toEqual([true]);
  await clock.advance(3000);
  client.emit('message', 'probe:messages:a', '');
  await clock.advance(3000);
  expect(client.disconnects).toEqual([true]);
  relay.close();
  expect(clock.labels).toEqual([]);
});
