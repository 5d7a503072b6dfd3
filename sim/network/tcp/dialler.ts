import type { Scope } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Client } from '../client.ts';

/** What dials: a client, or a process of a node. */
export interface Dialler {
  readonly name: string;
  /** Its events. */
  readonly domain: Domain;
  readonly scope: Scope;
  /** Numbers its connections. */
  nextConnection(): number;
  /** The operation of a client that is under way: see Client. */
  readonly operation: Client['operation'];
}
