import type { Domain } from '../kernel/heap.ts';
import type { UpgradeRequest } from '../system/web-socket-types.ts';
import type { SimulatedServerSocket } from './server/server-socket.ts';

/** How a node answers a request to connect. */
export type Decision =
  /** `protocol` is the subprotocol; empty for none. */
  | { readonly protocol: string; readonly closeTimeoutMs?: number | undefined }
  /** With this HTTP status. */
  | { readonly status: number };

/** The first offered subprotocol that is supported, or the first one; empty for none. */
export function chooseProtocol(offered: readonly string[], supported: readonly string[] | undefined): string {
  return offered.find((candidate) => supported?.includes(candidate) ?? true) ?? '';
}

/** Handles requests to connect, for a process that listens. */
export interface Listener {
  /**
   * `offered` are the client's subprotocols. Calls `answer` once, in this event or in a later one.
   */
  decide(request: UpgradeRequest, offered: readonly string[], answer: (decision: Decision) => void): void;
  /** The connection is open. */
  accept(socket: SimulatedServerSocket, request: UpgradeRequest): void;
}

/** A process of a node, as the network sees it. */
export interface Host extends Domain {
  readonly nodeName: string;
  /** Null until it listens. */
  readonly listener: Listener | null;
  /** Reports an escape and throws. */
  refuse(way: string): never;
}
