/**
 * What is open at this moment, as the simulator observes it: evidence, to be read while a step is
 * quiescent, for each record, and at the end of a run.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { OpenTimer } from './process-timer.ts';
import type { OpenLink } from '../network/open-link.ts';
import type { Network } from '../network/network.ts';
import type { ListenerCount } from './watched-signals.ts';
import type { SimulatedNode } from './node.ts';
import { bytesOf } from '../redis/model/bytes.ts';
import type { RedisEngine } from '../redis/server/engine.ts';
import type { RedisTransport } from '../redis/transport/transport.ts';

/** A connection that at least one end holds. */
export interface OpenConnection {
  /** `client-3#1`: the first connection of client-3. */
  readonly link: string;
  readonly client: string;
  readonly node: string;
  /**
   * State of the node's end. A closing handshake without an answer takes 30 s. `gone`: only the
   * client holds the connection, because the node's socket has closed or its process has ended.
   */
  readonly atNode: 'open' | 'closing' | 'gone';
  /** Number of listeners that the system has on its end. */
  readonly listeners: number;
  /** What the system sent and its operating system has not taken yet: `bufferedAmount`. */
  readonly bufferedBytes: number;
  /** False while the client takes nothing that arrives, because it has stopped reading. */
  readonly isRead: boolean;
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

  /** Names of the nodes that have a process now. */
  nodes(): readonly string[] {
    return [...this.#nodes.values()].filter((node) => node.process !== null).map((node) => node.name);
  }

  /**
   * Whether a server of the node's process has begun to listen. A node with a main module may be
   * ready before. True for each process of a system that exports `start`.
   */
  hasListened(node: string): boolean {
    const process = this.#nodes.get(node)?.process;
    return process !== undefined && process !== null && (!process.state.isMain || process.hasListened);
  }

  /** Timers of a node that have neither fired nor been cancelled. */
  timers(node: string): readonly OpenTimer[] {
    const timers = this.#nodes.get(node)?.process?.timers ?? [];
    return Array.from(timers, ({ label, owner, startedAtMs, dueAtMs }) => ({ label, owner, startedAtMs, dueAtMs }));
  }

  /** Connections of all nodes that at least one end holds. */
  connections(): readonly OpenConnection[] {
    return Array.from(this.#network.open.values(), connectionOf);
  }

  /** The connection with that link, if at least one end holds it. */
  connection(link: string): OpenConnection | undefined {
    const open = this.#network.open.get(link);
    return open === undefined ? undefined : connectionOf(open);
  }

  /** Connections that are open or closing at the node. */
  openConnections(node: string): readonly OpenConnection[] {
    return [...this.#network.open.values()]
      .filter((link) => link.node === node && link.atNode !== 'gone')
      .map(connectionOf);
  }

  /**
   * Listeners of the node's process on what outlives a connection: `process`, its clients of
   * `node.redis()`, the AbortSignals that it created while it started, and emitters and
   * EventTargets that Node has warned of.
   */
  listeners(node: string): readonly ListenerCount[] {
    return this.#nodes.get(node)?.process?.emitters.counts() ?? [];
  }

  /** Names of the connections to Redis that a node has: `node-1.1.redis-1#2`. */
  redisConnections(node: string): readonly string[] {
    return [...this.#redis.sessions].filter((session) => session.node === node).map(({ connection }) => connection);
  }

  /** Redis channels and patterns of channels that connections of a node are subscribed to. */
  channels(node: string): readonly string[] {
    return [...this.#redis.sessions]
      .filter((session) => session.node === node)
      .flatMap((session) => [...session.state.channels, ...session.state.patterns, ...session.state.shards]);
  }

  /** Names of the keys that exist in Redis now, in database 0. */
  redisKeys(): readonly string[] {
    return this.#engine.keys();
  }

  /** Names of those of `redisKeys` that never expire: they have no lease. */
  redisKeysWithoutExpiry(): readonly string[] {
    return this.#engine.keysWithoutExpiry();
  }

  /**
   * A string, an array for a list, a Set, or a Map for a hash; undefined without such a key. Bytes
   * that are not UTF-8 have no readable text: use `redisBytes`.
   */
  redisValue(key: string): unknown {
    return this.#engine.value(key);
  }

  /** The bytes of a string; undefined without such a key, or if its value is not a string. */
  redisBytes(key: string): Buffer | undefined {
    const value = this.#engine.value(key);
    return typeof value === 'string' ? bytesOf(value) : undefined;
  }
}

function connectionOf({ name, client, node, atNode, listeners, bufferedBytes, down }: OpenLink): OpenConnection {
  return { link: name, client, node, atNode, listeners, bufferedBytes, isRead: !down.isBlocked };
}
