/** A command on its way to the server, and its reply. */
import type { Confirmations, Reply } from '../model/reply.ts';

export type RedisReply = { readonly value: Reply | Confirmations } | { readonly error: Error };

export interface SentCommand {
  /** In lower case. */
  readonly name: string;
  /** The name as the client spells it. */
  readonly spelling: string;
  /** The first parameter, which is the key for most commands; empty without parameters. */
  readonly key: string;
  readonly parameters: readonly string[];
  /** Unique in a run. */
  readonly number: number;
  /** Called at most once, when the reply arrives at the client. */
  settle(reply: RedisReply): void;
}
