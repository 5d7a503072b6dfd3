/**
 * The network between clients and nodes: connections, dialling, and the faults that hit
 * connections.
 */
import { type Draws, subscope } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { ActiveFaults, Fault } from '../kernel/fault.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Client } from './client.ts';
import { clientSocketOf } from './client-end.ts';
import type { ClientSocket, ConnectOptions } from './client-socket.ts';
import { ConnectionFailedError } from './connection-failed-error.ts';
import type { TcpStack } from '../system/tcp.ts';
import type { UpgradeRequest } from '../system/types.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { NETWORK } from './domain.ts';
import type { Host } from './host.ts';
import type { Latency } from './latency.ts';
import { Link, type LinkContext } from './link.ts';
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
  /** Closed connections on whose end the system may have listeners. */
  readonly #closed = new Map<Domain, Set<Link>>();
  readonly #kernel: Kernel;
  readonly #recorder: Recorder;
  readonly #draws: Draws;
  readonly #latency: Latency;
  readonly #stalled = new Map<string, number>();
  readonly #hostOf: (node: string) => Host | null;
  readonly #context: LinkContext;

  constructor(parts: {
    kernel: Kernel;
    draws: Draws;
    recorder: Recorder;
    latency: Latency;
    faults: ActiveFaults;
    hit: (fault: Fault, detail: string) => void;
    nodes: readonly string[];
    hostOf: (node: string) => Host | null;
  }) {
    this.partitions = new Partitions(parts.kernel);
    this.slowReaders = new SlowReaders(parts.kernel);
    this.#kernel = parts.kernel;
    this.#draws = parts.draws;
    this.#recorder = parts.recorder;
    this.#latency = parts.latency;
    this.#hostOf = parts.hostOf;
    const { kernel, draws, recorder, latency } = parts;
    this.#context = { kernel, draws, recorder, latency, onGone: (link) => this.#forgetLink(link) };
    this.tcp = new TcpNetwork({
      kernel,
      draws,
      latency,
      recorder,
      faults: parts.faults,
      hit: parts.hit,
      nodes: parts.nodes,
      holds: (node, arrive) => this.partitions.holds(node, arrive),
      onOpen: (connection) => this.#rememberTcp(connection),
      onGone: (connection) => this.#forget(connection),
    });
  }

  /** Connections that at least one end still has. */
  get open(): ReadonlyMap<string, OpenLink> {
    return this.#links;
  }

  /** Returns closed connections of a process on whose end the system still has listeners. */
  closedAt(host: Domain): readonly Link[] {
    const links = this.#closed.get(host) ?? new Set();
    for (const link of links) if (link.listeners === 0) links.delete(link);
    return [...links];
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
   * "connection reset" or "server sent no subprotocol".
   */
  connect(client: Client, node: string, options: ConnectOptions = {}): Promise<ClientSocket> {
    client.connectionCount += 1;
    const name = `${client.name}#${client.connectionCount}`;
    const scope = subscope(client.scope, `link-${client.connectionCount}`);
    const dialScope = subscope(scope, 'dial');
    const offered = [options.protocols ?? []].flat();
    const offer = offered.join(', ');
    this.#recorder.frame({ name, client: client.name, node }, 'up', 'open', 'sent', offer);
    const delayUs = (count: number) => this.#latency.delayUs(this.#draws.fraction(dialScope, count), client.name);
    return new Promise((resolve, reject) => {
      const arrive = (): void => {
        if (this.partitions.holds(node, arrive)) return;
        const host = this.#hostOf(node);
        if (host === null || host.accept === null) {
          this.#recorder.frame({ name, client: client.name, node }, 'up', 'open', 'refused', offer);
          this.#kernel.schedule(delayUs(1), client, () => reject(new ConnectionFailedError('connection refused')));
          return;
        }
        const protocol = offered.find((candidate) => host.protocols?.includes(candidate) ?? true) ?? '';
        const link = new Link(this.#context, name, scope, client, host, protocol);
        this.#remember(link);
        this.#stallIfStalled(link);
        this.#kernel.schedule(0, host, () => {
          this.#recorder.frame(link, 'up', 'open', 'delivered', offer);
          this.#kernel.cause = scope.hash;
          host.accept?.(link.socket, request(client.name, options, offer));
        });
        link.down.send(
          {
            bytes: 0,
            deliver: () => {
              if (offered.length === 0 || protocol !== '')
                return link.openClient((end) => resolve(clientSocketOf(end)));
              // As in a browser and `ws`, a client that offered subprotocols accepts no connection
              // without one.
              link.clientGaveUp();
              link.break();
              this.#kernel.schedule(0, client, () => reject(new ConnectionFailedError('server sent no subprotocol')));
            },
            lost: () => {
              link.clientGaveUp();
              this.#kernel.schedule(0, client, () => reject(new ConnectionFailedError('connection reset')));
            },
          },
          delayUs(1),
        );
      };
      this.#kernel.schedule(delayUs(0), NETWORK, arrive);
    });
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
    this.#closed.delete(host);
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

  #forgetLink(link: Link): void {
    this.#forget(link);
    if (link.listeners === 0 || !link.host.alive) return;
    const closed = this.#closed.get(link.host);
    if (closed === undefined) this.#closed.set(link.host, new Set([link]));
    else closed.add(link);
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

function request(client: string, options: ConnectOptions, offer: string): UpgradeRequest {
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (offer !== '') headers['sec-websocket-protocol'] = offer;
  return { url: options.url ?? '/', headers, socket: { remoteAddress: `sim:${client}` } };
}
