/**
 * A command on its way to the server, and its reply.
 */
import type { Confirmations, Reply } from '../model/reply.ts';

export type RedisReply = { readonly value: Reply | Confirmations } | { readonly error: Error };

export interface SentCommand {
  /** Lower case. */
  readonly name: string;
  /** The first parameter, which is the key of most commands; empty when there is none. */
  readonly key: string;
  readonly parameters: readonly string[];
  readonly number: number;
  settle(reply: RedisReply): void;
}
