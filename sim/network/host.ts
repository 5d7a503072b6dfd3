import type { Domain } from '../kernel/heap.ts';
import type { UpgradeRequest } from '../system/types.ts';
import type { SimulatedServerSocket } from './server-socket.ts';

/** A process of a node, as the network sees it. */
export interface Host extends Domain {
  readonly nodeName: string;
  /** Null until it listens. */
  readonly accept: ((socket: SimulatedServerSocket, request: UpgradeRequest) => void) | null;
  /** Supported subprotocols; null: any. */
  readonly protocols: readonly string[] | null;
}
