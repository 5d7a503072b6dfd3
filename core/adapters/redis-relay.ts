import type { Limits } from '../limits.ts';
import type { Clock, MessageRelay } from '../ports.ts';
import { SubscriptionProbe } from './subscription-probe.ts';

/** The used part of an `ioredis` client for subscriptions. Emits `ready()` and `message()`. */
export interface RedisRelayClient {
  readonly status: string;
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  /** Breaks the connection. With `reconnect`, a new one follows. */
  disconnect(reconnect: boolean): void;
}

export interface RedisRelayParts {
  readonly client: RedisRelayClient;
  /** Another client: a subscribed one cannot publish. */
  readonly publisher: { publish(channel: string, text: string): Promise<unknown> };
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'feedProbeEveryMs' | 'feedProbesLostMax'>;
  /** Different for each process. */
  readonly name: string;
}

/** A relay over one Redis connection. */
export interface RedisRelay extends MessageRelay {
  /** Cancels all timers. The caller closes the client. */
  close(): void;
}

const channel = 'messages';

/**
 * Messages between nodes by the channel `messages` of Redis. A node that receives nothing on it,
 * not even its own probes, connects again: its subscription was refused, or its connection is dead.
 */
export function redisRelay({ client, publisher, clock, limits, name }: RedisRelayParts): RedisRelay {
  const probeChannel = `probe:${channel}:${name}`;
  const probe = new SubscriptionProbe({
    clock,
    owner: 'relay',
    everyMs: limits.feedProbeEveryMs,
    lostMax: limits.feedProbesLostMax,
    send: () => {
      // A probe that is refused does not come back, like a lost one.
      publisher.publish(probeChannel, '').catch(() => undefined);
    },
    silent: () => client.disconnect(true),
  });
  const subscribe = (): void => {
    // If it fails, the probes are lost.
    client.subscribe(channel, probeChannel).catch(() => undefined);
  };
  client.on('ready', subscribe);
  if (client.status === 'ready') subscribe();
  probe.start();
  return {
    publish: async (text) => {
      await publisher.publish(channel, text);
    },
    onText: (listener) => {
      client.on('message', (from: string, text: string) => {
        if (from !== channel && from !== probeChannel) return;
        probe.heard();
        if (from === channel) listener(text);
      });
    },
    close: () => probe.stop(),
  };
}
