/**
 * What is open at this moment, as the simulator sees it by itself: evidence that can be asked for whenever a step is quiescent.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { OpenTimer } from './process-timer.ts';
import type { Link } from '../network/link.ts';
import type { Network } from '../network/network.ts';
import type { SimulatedNode } from './node.ts';
import type { RedisEngine } from '../redis/server/engine.ts';
import type { RedisTransport } from '../redis/transport/transport.ts';

export interface OpenConnection {
  readonly link: string;
  readonly client: string;
  readonly node: string;
  /** Of the node's end. A closing handshake that nobody answers takes 30 s. `gone` when the node's process is over. */
  readonly atNode: 'open' | 'closing' | 'gone';
  /** Listeners the system has on its end. */
  readonly listeners: number;
  /** What the system has sent and its operating system has not taken: `bufferedAmount`. */
  readonly bufferedBytes: number;
}

/** A socket of a node that has closed, and on which the system still has listeners. */
export interface ClosedSocket {
  readonly link: string;
  readonly client: string;
  readonly listeners: number;
}

export class Ledger {
  readonly #kernel: Kernel;
  readonly #nodes: ReadonlyMap<string, SimulatedNode>;
  readonly #network: Network;
  readonly #redis: RedisTransport;
  readonly #engine: RedisEngine;

  constructor(parts: {
    kernel: Kernel;
    nodes: ReadonlyMap<string, SimulatedNode>;
    network: Network;
    redis: RedisTransport;
    engine: RedisEngine;
  }) {
    this.#kernel = parts.kernel;
    this.#nodes = parts.nodes;
    this.#network = parts.network;
    this.#redis = parts.redis;
    this.#engine = parts.engine;
  }

  get nowMs(): number {
    return this.#kernel.nowMs;
  }

  /** Nodes that have a process now. */
  nodes(): readonly string[] {
    return [...this.#nodes.values()].filter((node) => node.process !== null).map((node) => node.name);
  }

  /** Timers of a node that neither fired nor were cancelled. */
  timers(node: string): readonly OpenTimer[] {
    const timers = this.#nodes.get(node)?.process?.timers ?? [];
    return Array.from(timers, ({ label, owner, startedAtMs }) => ({ label, owner, startedAtMs }));
  }

  connections(): readonly OpenConnection[] {
    return [...this.#network.open.values()].map((link) => ({
      link: link.name,
      client: link.client,
      node: link.node,
      atNode: stateOf(link),
      listeners: link.listeners,
      bufferedBytes: link.socket.bufferedAmount,
    }));
  }

  /** Of the process that a node has now. */
  closedSockets(node: string): readonly ClosedSocket[] {
    const process = this.#nodes.get(node)?.process ?? null;
    const links = process === null ? [] : this.#network.closedAt(process);
    return links.map(({ name, client, listeners }) => ({ link: name, client, listeners }));
  }

  /** Redis channels, and patterns of channels, that connections of a node are subscribed to. */
  channels(node: string): readonly string[] {
    return [...this.#redis.sessions]
      .filter((session) => session.node === node)
      .flatMap((session) => [...session.state.channels, ...session.state.patterns, ...session.state.shards]);
  }

  /** Names of the keys that live in Redis now, in database 0. */
  redisKeys(): readonly string[] {
    return this.#engine.keys();
  }

  /** A string, an array for a list, a Set, or a Map for a hash; undefined when there is no such key. */
  redisValue(key: string): unknown {
    return this.#engine.value(key);
  }
}

function stateOf({ host, socket }: Link): OpenConnection['atNode'] {
  if (!host.alive || socket.readyState === socket.CLOSED) return 'gone';
  return socket.readyState === socket.OPEN ? 'open' : 'closing';
}
