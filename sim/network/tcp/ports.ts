/**
 * The ports on which processes listen.
 *
 * Fault model. A port that no process listens on refuses connections, also while a node restarts.
 * A port whose process does not accept fills its queue. A full queue answers nothing.
 * The ports of a process are free again as soon as it has ended.
 */
import type { OnConnection, SocketAddress, TcpErrorCode, TcpListener } from '../../system/tcp.ts';
import type { Domain } from '../../kernel/heap.ts';
import { ANY, ANY_IPV6, isLoopback, LOOPBACK_IPV6 } from './addresses.ts';

/** A process that can listen. */
export interface TcpHost extends Domain {
  readonly nodeName: string;
}

export interface ListeningPort {
  readonly host: TcpHost;
  readonly address: SocketAddress;
  readonly backlog: number;
  readonly onConnection: OnConnection;
  /** Connections that are established and not yet accepted by the process. */
  waiting: number;
}

/** As Linux does, a queue holds one connection more than its backlog. */
export function isFull({ waiting, backlog }: ListeningPort): boolean {
  return waiting > backlog;
}

/** The first port that is chosen for `listen(0)`. */
const FIRST_FREE_PORT = 40_000;

export class TcpPorts {
  readonly #byNode = new Map<string, ListeningPort[]>();

  listen(
    host: TcpHost,
    own: string,
    { address, port }: SocketAddress,
    backlog: number,
    onConnection: OnConnection,
  ): TcpListener | TcpErrorCode {
    if (address !== ANY && address !== ANY_IPV6 && !isLoopback(address) && address !== own) return 'EADDRNOTAVAIL';
    const ports = this.#portsOf(host);
    const isTaken = (candidate: number): boolean =>
      ports.some((other) => other.address.port === candidate && overlap(other.address.address, address));
    if (port !== 0 && isTaken(port)) return 'EADDRINUSE';
    let free = port === 0 ? FIRST_FREE_PORT : port;
    while (isTaken(free)) free += 1;
    const listening: ListeningPort = { host, address: { address, port: free }, backlog, onConnection, waiting: 0 };
    ports.push(listening);
    this.#byNode.set(host.nodeName, ports);
    return {
      address: listening.address,
      close: () => this.#close(listening),
    };
  }

  /**
   * The listener of a node for a port, as reached from another machine or from the node itself.
   * `isIPv6`: by an address of IPv6.
   */
  at(node: string, port: number, isLocal: boolean, isIPv6 = false): ListeningPort | undefined {
    const isReached = (address: string): boolean => {
      if (isIPv6) return address === ANY_IPV6 || address === LOOPBACK_IPV6;
      return isLocal ? address !== LOOPBACK_IPV6 : !isLoopback(address);
    };
    return this.#byNode
      .get(node)
      ?.find(({ host, address }) => host.alive && address.port === port && isReached(address.address));
  }

  /**
   * Where clients reach a node: the first that it began to listen on, of those that other machines
   * reach, if it has one.
   */
  frontOf(node: string): SocketAddress | undefined {
    const addresses = (this.#byNode.get(node) ?? []).filter(({ host }) => host.alive).map(({ address }) => address);
    return addresses.find(({ address }) => !isLoopback(address)) ?? addresses[0];
  }

  hostEnded(host: TcpHost): void {
    this.#byNode.set(
      host.nodeName,
      this.#portsOf(host).filter((port) => port.host !== host),
    );
  }

  #portsOf({ nodeName }: TcpHost): ListeningPort[] {
    return this.#byNode.get(nodeName) ?? [];
  }

  #close(listening: ListeningPort): void {
    const { nodeName } = listening.host;
    this.#byNode.set(
      nodeName,
      (this.#byNode.get(nodeName) ?? []).filter((port) => port !== listening),
    );
  }
}

function overlap(left: string, right: string): boolean {
  return left === right || includes(left, right) || includes(right, left);
}

function includes(all: string, one: string): boolean {
  return all === ANY_IPV6 || (all === ANY && one !== LOOPBACK_IPV6);
}
