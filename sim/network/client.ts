/**
 * A client of the system, with a name, that connects to nodes. Scenarios' actors are built on
 * clients.
 */
import type { Scope } from '../kernel/draws.ts';
import { scopeOf } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';

export class Client implements Domain {
  readonly name: string;
  readonly scope: Scope;
  readonly alive = true;
  /** Number of connections dialled so far. Numbers the next one. */
  connectionCount = 0;
  /** Called with each WebSocket that the actor opens by the global class. */
  onWebSocket: ((socket: object) => void) | null = null;
  /** The operation in progress: delays of what the client sends are drawn and counted there. */
  operation: { readonly scope: Scope; sent: number } | null = null;

  constructor(name: string) {
    this.name = name;
    this.scope = scopeOf(name);
  }
}
