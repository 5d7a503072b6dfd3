/**
 * TCP between clients and nodes, between nodes, and from nodes to Redis. Each process has its own
 * stack, through which it reaches the others by address.
 */
import type { Circumstances } from '../../kernel/circumstances.ts';
import { type Draws, type Scope, scopeOf, subscope } from '../../kernel/draws.ts';
import type { ActiveFaults, Fault } from '../../kernel/fault.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import type { SocketAddress, TcpEnd, TcpEndEvents, TcpErrorCode, TcpStack } from '../../system/tcp.ts';
import type { Completions } from '../completions.ts';
import { NETWORK } from '../domain.ts';
import type { Latency } from '../latency.ts';
import { addressOf, isLoopback, LOOPBACK, LOOPBACK_IPV6, REDIS_ADDRESS } from './addresses.ts';
import { TcpConnection, type TcpContext } from './connection.ts';
import type { Dialler } from './dialler.ts';
import { afterUnanswered, ConnectFaults } from './connect-faults.ts';
import { DialledEnd } from './dialled-end.ts';
import { MessageFaults } from './message-faults.ts';
import { type BytePeer, PeerEnd } from './peer-end.ts';
import { isFull, type ListeningPort, type TcpHost, TcpPorts } from './ports.ts';

export interface TcpNetworkParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly latency: Latency;
  readonly completions: Completions;
  readonly circumstances: Circumstances;
  readonly recorder: Recorder;
  readonly faults: ActiveFaults;
  readonly hit: (fault: Fault, detail: string) => void;
  readonly nodes: readonly string[];
  /** Keeps an attempt to connect back while its node is cut off; `arrive` is then called later. */
  readonly holds: (node: string, arrive: () => void) => boolean;
  readonly onOpen: (connection: TcpConnection) => void;
  readonly onGone: (connection: TcpConnection) => void;
}

export interface StackOptions {
  /** The process that may listen; null for a client. */
  readonly host: TcpHost | null;
  /** Dials Redis; null for an owner that cannot reach it. */
  readonly dialRedis: ((end: PeerEnd) => BytePeer) | null;
  /** Host names that lead to Redis; `all`: every address that is not a node's. */
  readonly redisHosts: () => ReadonlySet<string> | 'all';
  readonly onListening: () => void;
  /** Called for a name or an address that leads nowhere. */
  readonly onUnreachable: (what: string) => void;
}

const FIRST_LOCAL_PORT = 32_768;

export class TcpNetwork {
  readonly ports = new TcpPorts();
  /** What is to be released of each process when it has ended. */
  readonly #releases = new Map<Domain, Set<() => void>>();
  readonly #parts: TcpNetworkParts;
  readonly #context: TcpContext;
  /** For connections within one machine. */
  readonly #loopbackContext: TcpContext;
  readonly #connectFaults: ConnectFaults;
  readonly #nodeByAddress: ReadonlyMap<string, string>;

  constructor(parts: TcpNetworkParts) {
    const { kernel, draws, latency, completions, circumstances, recorder, onGone } = parts;
    this.#parts = parts;
    const faults = new MessageFaults(parts);
    this.#context = { kernel, draws, latency, completions, circumstances, recorder, faults, onGone };
    this.#loopbackContext = { ...this.#context, latency: latency.loopback };
    this.#connectFaults = new ConnectFaults(parts);
    this.#nodeByAddress = new Map(parts.nodes.map((name) => [addressOf(name), name]));
  }

  stackOf(owner: Dialler, options: StackOptions): TcpStack {
    const { kernel } = this.#parts;
    const { host } = options;
    const own = addressOf(host?.nodeName ?? owner.name);

    const schedule: TcpStack['schedule'] = (delayMs, callback) => {
      const entry = kernel.schedule(delayMs * 1000, owner.domain, callback);
      return {
        cancel: () => {
          entry.deliver = null;
        },
      };
    };

    const releases = new Set<() => void>();
    this.#releases.set(owner.domain, releases);

    return {
      schedule,
      atEnd: (release) => {
        releases.add(release);
        return () => void releases.delete(release);
      },
      lookup: (name) => this.#lookup(name, host, options),
      listen: (address, backlog, onConnection) => {
        if (host === null) return 'EADDRNOTAVAIL';
        const listener = this.ports.listen(host, own, address, backlog, onConnection);
        if (typeof listener !== 'string') options.onListening();
        return listener;
      },
      connect: (remote, events, local) => {
        const number = owner.nextConnection();
        const isIPv6 = remote.address === LOOPBACK_IPV6;
        const from = {
          address: local?.address ?? (isLoopback(remote.address) ? remote.address : own),
          port: local?.port || FIRST_LOCAL_PORT + number,
        };
        const node = this.#nodeAt(remote.address, host);
        const leadsToRedis =
          node === null || (node === host?.nodeName && this.ports.at(node, remote.port, true, isIPv6) === undefined);
        if (leadsToRedis && options.dialRedis !== null && isRedis(remote, options)) {
          return new PeerEnd(
            { local: from, remote },
            events,
            (callback) => void schedule(0, callback),
            options.dialRedis,
          );
        }
        if (node === null) options.onUnreachable(`${remote.address}:${remote.port}`);
        return this.#dial(owner, `${owner.domain.name}#${number}`, node, { from, remote }, events);
      },
    };
  }

  /** Whether a process has opened a socket, or listens. */
  isUsedBy(host: TcpHost): boolean {
    return (this.#releases.get(host)?.size ?? 0) > 0;
  }

  /** A process has ended. Its code may still be on the stack, so the rest is released later. */
  hostEnded(host: TcpHost): void {
    this.ports.hostEnded(host);
    this.#parts.kernel.schedule(0, NETWORK, () => this.#release(host));
  }

  /** The run is over. */
  release(): void {
    for (const domain of [...this.#releases.keys()]) this.#release(domain);
  }

  #release(domain: Domain): void {
    const releases = this.#releases.get(domain) ?? [];
    this.#releases.delete(domain);
    for (const release of releases) release();
  }

  #dial(
    owner: Dialler,
    name: string,
    node: string | null,
    { from, remote }: { readonly from: SocketAddress; readonly remote: SocketAddress },
    events: TcpEndEvents,
  ): TcpEnd {
    const { kernel, draws } = this.#parts;
    const scope = subscope(owner.scope, `tcp/${name}`);
    const dialScope = subscope(scope, 'dial');
    const isLocal = isLoopback(from.address) || (node !== null && addressOf(node) === from.address);
    const latency = isLocal ? this.#parts.latency.loopback : this.#parts.latency;
    const delayUs = (count: number) => latency.delayUs(draws.fraction(dialScope, count), owner.name);
    const dialled = new DialledEnd(from, remote);
    const fail = (code: TcpErrorCode, afterUs: number): void => {
      kernel.schedule(afterUs, owner.domain, () => events.onConnect(code));
    };
    let number = 0;
    const tryAgain = (): void => {
      const { waitMs, isLast } = afterUnanswered(number);
      number += 1;
      if (isLast) fail('ETIMEDOUT', waitMs * 1000);
      else kernel.schedule(waitMs * 1000, NETWORK, arrive);
    };
    const arrive = (): void => {
      if (dialled.isClosed || !owner.domain.alive) return;
      if (node !== null && !isLocal) {
        if (this.#parts.holds(node, arrive)) return;
        const fate = this.#connectFaults.fateOf({ name, scope: dialScope, node, number });
        if (fate === 'refused') return fail('ECONNREFUSED', delayUs(1));
        if (fate === 'unanswered') return tryAgain();
      }
      const listening =
        node === null ? undefined : this.ports.at(node, remote.port, isLocal, remote.address === LOOPBACK_IPV6);
      if (listening === undefined) return fail('ECONNREFUSED', delayUs(1));
      if (isFull(listening)) return tryAgain();
      this.#establish({ name, scope, owner, from, remote, isLocal, delayUs }, listening, dialled, events);
    };
    kernel.schedule(delayUs(0), NETWORK, arrive);
    return dialled;
  }

  #establish(
    route: {
      readonly name: string;
      readonly scope: Scope;
      readonly owner: Dialler;
      readonly from: SocketAddress;
      readonly remote: SocketAddress;
      readonly isLocal: boolean;
      readonly delayUs: (count: number) => number;
    },
    listening: ListeningPort,
    dialled: DialledEnd,
    events: TcpEndEvents,
  ): void {
    const { kernel, onOpen } = this.#parts;
    const { name, scope, owner, from, remote, isLocal } = route;
    const { host } = listening;
    const context = isLocal ? this.#loopbackContext : this.#context;
    const connection = new TcpConnection(context, { name, scope, dialler: owner, host, isLocal, local: from, remote });
    onOpen(connection);
    listening.waiting += 1;
    kernel.schedule(0, host, () => {
      listening.waiting -= 1;
      kernel.cause = scope.hash;
      kernel.connection = name;
      listening.onConnection(connection.nodeEnd, (attached) => connection.nodeEnd.attach(attached));
    });
    connection.clientEnd.attach(events);
    connection.answer({
      deliver: () => {
        if (dialled.isClosed) return connection.clientGaveUp();
        dialled.connected(connection.clientEnd);
        events.onConnect(null);
      },
      lost: () => {
        // A node resets only what it has accepted, and it accepts only what is established.
        if (connection.wasResetByNode && !dialled.isClosed) {
          dialled.connected(connection.clientEnd);
          kernel.schedule(0, owner.domain, () => events.onConnect(null));
          return;
        }
        connection.clientGaveUp();
        if (!dialled.isClosed) kernel.schedule(0, owner.domain, () => events.onConnect('ECONNRESET'));
      },
    });
  }

  #nodeAt(address: string, host: TcpHost | null): string | null {
    if (isLoopback(address)) return host?.nodeName ?? null;
    return this.#nodeByAddress.get(address) ?? null;
  }

  #lookup(name: string, host: TcpHost | null, { redisHosts, onUnreachable }: StackOptions): string | null {
    if (name === 'localhost' || name === host?.nodeName) return LOOPBACK;
    if (this.#parts.nodes.includes(name)) return addressOf(name);
    const hosts = redisHosts();
    if (hosts === 'all' || hosts.has(name)) return REDIS_ADDRESS.address;
    onUnreachable(name);
    return null;
  }
}

function isRedis({ address, port }: SocketAddress, { redisHosts }: StackOptions): boolean {
  const hosts = redisHosts();
  if (hosts === 'all' || address === REDIS_ADDRESS.address || hosts.has(address)) return true;
  // Redis beside the process, which many systems take for granted.
  return isLoopback(address) && port === REDIS_ADDRESS.port;
}

/** The scope of the choices of a process. */
export function stackScope(name: string): Scope {
  return scopeOf(name, 'tcp');
}
