/**
 * One connection to the simulated Redis, as both of its ends know it.
 */
import type { Scope } from '../../kernel/draws.ts';
import type { Domain, Entry } from '../../kernel/heap.ts';

export type RedisReply = { readonly value: unknown } | { readonly error: Error };

export interface SentCommand {
  /** Lower case. */
  readonly name: string;
  /** The first parameter, which is the key of most commands; empty when there is none. */
  readonly key: string;
  readonly parameters: readonly (string | number)[];
  readonly number: number;
  settle(reply: RedisReply): void;
}

export interface Session {
  readonly node: string;
  /** `node-1.redis-1#2`: the second connection of the first client of node-1. */
  readonly connection: string;
  readonly scope: Scope;
  readonly life: Domain;
  readonly channels: Set<string>;
  open: boolean;
  /** False when the client's end can take nothing more, although the client has not been told yet. */
  writable: boolean;
  /** The client's process is gone: what is on its way may still be applied, and nobody hears of it. */
  abandoned: boolean;
  lastArrivalUs: number;
  lastReply: { readonly entry: Entry; readonly batch: (() => void)[] } | null;
  onBroken(how: 'reset' | 'ended'): void;
  onMessage(channel: string, text: string): void;
}
