/**
 * The network between clients and nodes: connections, dialling, and the faults that hit
 * connections.
 */
import type { Circumstances } from '../kernel/circumstances.ts';
import type { Draws } from '../kernel/draws.ts';
import type { ActiveFaults, Fault } from '../kernel/fault.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Client } from './client.ts';
import type { ClientSocket, ConnectOptions } from './client-socket.ts';
import { Completions } from './completions.ts';
import type { TcpStack } from '../system/tcp.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { Handshake, type HandshakeContext } from './handshake.ts';
import type { Host } from './host.ts';
import type { Latency } from './latency.ts';
import type { Link } from './link.ts';
import type { OpenLink } from './open-link.ts';
import { Partitions } from './partition.ts';
import { SlowReaders } from './slow-reader.ts';
import type { TcpConnection } from './tcp/connection.ts';
import { TcpNetwork } from './tcp/tcp-network.ts';

const NO_HOSTS: ReadonlySet<string> = new Set();

export class Network {
  readonly partitions: Partitions;
  readonly slowReaders: SlowReaders;
  readonly tcp: TcpNetwork;
  readonly #links = new Map<string, OpenLink>();
  readonly #byClient = new Map<string, Set<OpenLink>>();
  readonly #stalled = new Map<string, number>();
  readonly #context: HandshakeContext;

  constructor(parts: {
    kernel: Kernel;
    draws: Draws;
    recorder: Recorder;
    latency: Latency;
    faults: ActiveFaults;
    hit: (fault: Fault, detail: string) => void;
    nodes: readonly string[];
    circumstances: Circumstances;
    hostOf: (node: string) => Host | null;
    /** Called when an actor's code uses something that browsers do not have. */
    refuseClient: (client: Client, way: string) => never;
  }) {
    this.partitions = new Partitions(parts.kernel);
    this.slowReaders = new SlowReaders(parts.kernel);
    const { kernel, draws, recorder, latency, hostOf, refuseClient } = parts;
    const { circumstances } = parts;
    const completions = new Completions(draws, circumstances);
    this.#context = {
      kernel,
      draws,
      recorder,
      latency,
      completions,
      circumstances,
      hostOf,
      refuseClient,
      holds: (node, arrive) => this.partitions.holds(node, arrive),
      onAccepted: (link) => {
        this.#remember(link);
        this.#stallIfStalled(link);
      },
      onGone: (link: Link) => this.#forget(link),
    };
    this.tcp = new TcpNetwork({
      kernel,
      draws,
      latency,
      completions,
      circumstances,
      recorder,
      faults: parts.faults,
      hit: parts.hit,
      nodes: parts.nodes,
      holds: this.#context.holds,
      onOpen: (connection) => this.#rememberTcp(connection),
      onGone: (connection) => this.#forget(connection),
    });
  }

  /** Connections that at least one end still has. */
  get open(): ReadonlyMap<string, OpenLink> {
    return this.#links;
  }

  /**
   * Returns the connections of a client, or of all clients for `*`. Without those within a machine,
   * which no network carries.
   */
  linksOf(client: string): readonly OpenLink[] {
    return [...(client === '*' ? this.#links.values() : (this.#byClient.get(client) ?? []))].filter(isOnNetwork);
  }

  /**
   * Returns the connections that a node has accepted, or all nodes for `*`. Without those within a
   * machine.
   */
  linksAt(node: string): readonly OpenLink[] {
    return [...this.#links.values()].filter((link) => isOnNetwork(link) && (node === '*' || link.node === node));
  }

  /**
   * Connects a client to a node. Rejects with a ConnectionFailedError: "connection refused",
   * "connection reset", "refused with 401" or "server sent no subprotocol".
   */
  connect(client: Client, node: string, options: ConnectOptions = {}): Promise<ClientSocket> {
    return Handshake.run(this.#context, { client, node, options });
  }

  /** The TCP of a client. */
  stackOfClient(client: Client): TcpStack {
    const owner = {
      name: client.name,
      domain: client,
      scope: client.scope,
      nextConnection: () => (client.connectionCount += 1),
      get operation() {
        return client.operation;
      },
    };
    return this.tcp.stackOf(owner, {
      host: null,
      dialRedis: null,
      redisHosts: () => NO_HOSTS,
      onListening: () => undefined,
      onUnreachable: () => undefined,
    });
  }

  stall(client: string): number {
    this.#stalled.set(client, (this.#stalled.get(client) ?? 0) + 1);
    const links = this.linksOf(client);
    for (const link of links) block(link);
    return links.length;
  }

  resume(client: string): void {
    const count = this.#stalled.get(client) ?? 0;
    if (count === 0) return;
    this.#stalled.set(client, count - 1);
    for (const { up, down } of this.linksOf(client)) {
      up.unblock();
      down.unblock();
    }
  }

  /** A process of a node has ended: its operating system resets its connections. */
  hostEnded(host: Host): void {
    if (this.tcp.isUsedBy(host)) this.tcp.hostEnded(host);
    for (const link of [...this.#links.values()]) {
      if (link.host === host) link.hostEnded();
      else link.diallerEnded?.(host);
    }
  }

  release(): void {
    this.tcp.release();
    for (const link of this.#links.values()) link.release?.();
  }

  #rememberTcp(connection: TcpConnection): void {
    this.#remember(connection);
    this.#stallIfStalled(connection);
  }

  /** A connection of a client that is stalled now is stalled from its beginning. */
  #stallIfStalled(link: OpenLink): void {
    for (const stalled of [link.client, '*'])
      for (let count = this.#stalled.get(stalled) ?? 0; count > 0; count -= 1) block(link);
  }

  #remember(link: OpenLink): void {
    this.#links.set(link.name, link);
    const links = this.#byClient.get(link.client);
    if (links === undefined) this.#byClient.set(link.client, new Set([link]));
    else links.add(link);
  }

  #forget(link: OpenLink): void {
    this.#links.delete(link.name);
    this.#byClient.get(link.client)?.delete(link);
  }
}

function isOnNetwork({ client, node }: OpenLink): boolean {
  return client !== node;
}

/** Nothing passes, in either direction, until both lanes are unblocked. */
function block({ up, down }: OpenLink): void {
  up.block();
  down.block();
}
