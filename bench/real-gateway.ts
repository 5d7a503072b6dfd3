/**
 * The gateway of the scenario, wired to the card packages by hand. A comparison with the trivial
 * gateway mostly compares the two gateways; with this one it compares only what surrounds them.
 */
import type { KeyObject } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { memoryRelay } from '../core/adapters/memory-relay.ts';
import { memoryRevocations } from '../core/adapters/memory-revocations.ts';
import { memoryRates } from '../core/adapters/memory-rates.ts';
import { memoryUsers } from '../core/adapters/memory-users.ts';
import { recordedFeed, type Recording } from '../core/adapters/recorded-feed.ts';
import { redisStore, type RedisStoreClient } from '../core/adapters/redis-store.ts';
import { type WebSocketLike, wsSocket } from '../core/adapters/ws-socket.ts';
import { gatewayConfiguration } from '../properties/configuration.ts';
import { createGateway, type Gateway } from '../core/gateway.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import { subprotocol } from '../core/protocol.ts';
import type { Peer } from './trivial-gateway.ts';

export interface RealOptions {
  readonly name: string;
  readonly keys: readonly KeyObject[];
  readonly redis: RedisStoreClient;
  readonly limits: Limits;
  readonly recording: Recording;
  readonly priceEveryMs: number;
  /** Uniform in [0, 1). */
  readonly fraction: () => number;
}

export class RealGateway {
  /** Number of prices sent to clients. */
  prices = 0;
  #accepted = 0;
  readonly #gateway: Gateway;
  readonly #redis: RedisStoreClient;

  constructor({ name, keys, redis, limits, recording, priceEveryMs, fraction }: RealOptions) {
    let identities = 0;
    this.#redis = redis;
    this.#gateway = createGateway(
      {
        clock,
        entropy: {
          id: () => {
            identities += 1;
            return `${name}-${String(identities).padStart(16, '0')}`;
          },
          fraction,
        },
        probe: { note: () => undefined },
        store: redisStore(redis),
        revocations: memoryRevocations,
        users: memoryUsers,
        rates: memoryRates,
        relay: memoryRelay,
        feed: recordedFeed(clock, recording, priceEveryMs, `${name}-epoch`),
        audit: { write: () => undefined },
        alerts: { raise: () => undefined },
        metrics: { count: () => undefined },
      },
      { tokenRules: { ...gatewayConfiguration.tokens, keys }, nodeName: name, limits },
    );
  }

  accept(peer: Peer): void {
    const sent = (text: string): void => {
      if (text.startsWith('{"type":"price"')) this.prices += 1;
    };
    this.#accepted += 1;
    // A separate address for each client, or failures of some would block all.
    this.#gateway.accept(wsSocket(new PeerSocket(peer, sent), `client-${this.#accepted}`));
  }

  stop(): void {
    void this.#gateway.stop().then(() => this.#redis.disconnect());
  }
}

/** The globals are those of fake-timers while the gateway runs. */
const clock: Clock = {
  monotonicMs: () => Date.now(),
  wallMs: () => Date.now(),
  startTimer: (_tag, delayMs, fire) => {
    const timeout = setTimeout(fire, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};

/**
 * The used part of a `ws` socket, over mock-socket, which sends every frame at once and has no
 * pings.
 */
class PeerSocket extends EventEmitter implements WebSocketLike {
  readonly OPEN = 1;
  readyState = 1;
  readonly bufferedAmount = 0;
  readonly protocol = subprotocol;
  readonly #peer: Peer;
  readonly #sent: (text: string) => void;

  constructor(peer: Peer, sent: (text: string) => void) {
    super();
    this.#peer = peer;
    this.#sent = sent;
    peer.on('message', (text) => this.emit('message', text, false));
    peer.on('close', () => {
      this.readyState = 3;
      this.emit('close', 1000);
    });
  }

  send(text: string, callback: (error?: Error | null) => void): void {
    this.#sent(text);
    this.#peer.send(text);
    queueMicrotask(callback);
  }

  ping(): void {
    queueMicrotask(() => this.emit('pong'));
  }

  close(code: number, reason: string): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 2;
    this.#peer.close({ code, reason });
  }

  terminate(): void {
    this.close(1006, '');
  }
}
