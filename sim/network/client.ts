/**
 * A client of the system: somebody outside it, with a name, who dials nodes. What a scenario's actors are built on.
 */
import type { Scope } from '../kernel/draws.ts';
import { scopeOf } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';

export class Client implements Domain {
  readonly name: string;
  readonly scope: Scope;
  readonly alive = true;
  /** Connections dialled so far; numbers the next one. */
  connectionCount = 0;
  /** What the client is doing: the choices for what it sends are counted there. */
  operation: { readonly scope: Scope; sent: number } | null = null;

  constructor(name: string) {
    this.name = name;
    this.scope = scopeOf(name);
  }
}
