/** A connection between a client and a node, at either level, as faults and the ledger see it. */
import type { Domain } from '../kernel/heap.ts';
import type { Lane } from './lane.ts';

export interface OpenLink {
  /** `client-3#1`: the first connection of client-3. */
  readonly name: string;
  readonly client: string;
  readonly node: string;
  /** The process that holds the node's end. */
  readonly host: Domain;
  readonly up: Lane;
  readonly down: Lane;
  /** Number of listeners that the system has on its end. */
  readonly listeners: number;
  readonly atNode: 'open' | 'closing' | 'gone';
  readonly bufferedBytes: number;
  /** Lets a slow reader read: a number of bytes in whole frames, or parts of TCP segments. */
  admit(share: { readonly bytes: number; readonly parts: number }): void;
  /**
   * Breaks the connection: each end notices after a delay. `unacknowledged`: because what was sent
   * has not been acknowledged for too long.
   */
  break(reason?: 'unacknowledged'): void;
  /** The client goes away, and the node is not notified. */
  abandon(): void;
  /** The node's process has ended. */
  hostEnded(): void;
  /** A process has ended, which may have dialled. Absent if only clients dial. */
  diallerEnded?(process: Domain): void;
  /** The run is over. Absent if there is nothing to release. */
  release?(): void;
}

/** State of a node's end, by the `readyState` of its WebSocket. */
export function stateOf(readyState: 0 | 1 | 2 | 3): OpenLink['atNode'] {
  if (readyState === 3) return 'gone';
  return readyState === 1 ? 'open' : 'closing';
}
