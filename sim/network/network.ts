/**
 * The network between clients and nodes: who is connected to whom, dialling, and the faults that hit connections.
 */
import { type Draws, subscope } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Client } from './client.ts';
import { clientSocketOf } from './client-end.ts';
import type { ClientSocket, ConnectOptions } from './client-socket.ts';
import { ConnectionFailedError } from './connection-failed-error.ts';
import type { UpgradeRequest } from '../system/types.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { NETWORK } from './domain.ts';
import type { Latency } from './latency.ts';
import { Link, type LinkContext } from './link.ts';
import { Partitions } from './partition.ts';
import type { SimulatedServerSocket } from './server-socket.ts';
import { SlowReaders } from './slow-reader.ts';

/** A process of a node as the network sees it. */
export interface Host extends Domain {
  readonly nodeName: string;
  /** Null until it listens. */
  readonly accept: ((socket: SimulatedServerSocket, request: UpgradeRequest) => void) | null;
  /** The subprotocols it speaks; null for any. */
  readonly protocols: readonly string[] | null;
}

export class Network {
  readonly partitions: Partitions;
  readonly slowReaders: SlowReaders;
  readonly #links = new Map<string, Link>();
  readonly #byClient = new Map<string, Set<Link>>();
  /** Gone, but for listeners that the system has left on its end. */
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
    this.#context = { kernel, draws, recorder, latency, onGone: (link) => this.#forget(link) };
  }

  /** Connections that at least one end still holds. */
  get open(): ReadonlyMap<string, Link> {
    return this.#links;
  }

  /** Connections of a process that are gone, and on whose end the system still has listeners. */
  closedAt(host: Domain): readonly Link[] {
    const links = this.#closed.get(host) ?? new Set();
    for (const link of links) if (link.listeners === 0) links.delete(link);
    return [...links];
  }

  /** Of one client, or of all when it is `*`. */
  linksOf(client: string): readonly Link[] {
    return [...(client === '*' ? this.#links.values() : (this.#byClient.get(client) ?? []))];
  }

  /** Of one node, or of all when it is `*`. */
  linksAt(node: string): readonly Link[] {
    return [...this.#links.values()].filter((link) => node === '*' || link.node === node);
  }

  /**
   * Connects a client to a node. Rejects with a ConnectionFailedError: "connection refused", "connection reset" or
   * "server sent no subprotocol".
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
        const protocol = offered.find((one) => host.protocols?.includes(one) ?? true) ?? '';
        const link = new Link(this.#context, name, scope, client, host, node, protocol);
        this.#remember(link);
        for (const stalled of [client.name, '*'])
          for (let count = this.#stalled.get(stalled) ?? 0; count > 0; count -= 1) link.stall();
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
              // As a browser and `ws` do: who asked for a subprotocol gets one, or no connection.
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

  stall(client: string): number {
    this.#stalled.set(client, (this.#stalled.get(client) ?? 0) + 1);
    const links = this.linksOf(client);
    for (const link of links) link.stall();
    return links.length;
  }

  resume(client: string): void {
    const count = this.#stalled.get(client) ?? 0;
    if (count === 0) return;
    this.#stalled.set(client, count - 1);
    for (const link of this.linksOf(client)) link.resume();
  }

  /** A process of a node has ended: its operating system resets its connections. */
  hostEnded(host: Host): void {
    for (const link of [...this.#links.values()]) {
      if (link.host === host) link.hostEnded();
    }
    this.#closed.delete(host);
  }

  release(): void {
    for (const link of this.#links.values()) link.release();
  }

  #remember(link: Link): void {
    this.#links.set(link.name, link);
    const links = this.#byClient.get(link.client);
    if (links === undefined) this.#byClient.set(link.client, new Set([link]));
    else links.add(link);
  }

  #forget(link: Link): void {
    this.#links.delete(link.name);
    this.#byClient.get(link.client)?.delete(link);
    if (link.listeners === 0 || !link.host.alive) return;
    const closed = this.#closed.get(link.host);
    if (closed === undefined) this.#closed.set(link.host, new Set([link]));
    else closed.add(link);
  }
}

function request(client: string, options: ConnectOptions, offer: string): UpgradeRequest {
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (offer !== '') headers['sec-websocket-protocol'] = offer;
  return { url: options.url ?? '/', headers, socket: { remoteAddress: `sim:${client}` } };
}
