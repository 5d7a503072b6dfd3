/** A command on its way to the server, and its reply. */
import type { Confirmations, Reply } from '../model/reply.ts';

export type RedisReply = { readonly value: Reply | Confirmations } | { readonly error: Error };

export interface SentCommand {
  /** In lower case. */
  readonly name: string;
  /** The name as the client spells it. */
  readonly spelling: string;
  /** What records and choices name: see `keyIn`. */
  readonly key: string;
  readonly parameters: readonly string[];
  /** Unique in a run. */
  readonly number: number;
  /** The connection of a client that led to it: `Kernel.connection`. */
  readonly origin: string;
  /** Called at most once, when the reply arrives at the client. */
  settle(reply: RedisReply): void;
}

const RUNS_SCRIPT: ReadonlySet<string> = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro']);

/** EVAL and its relatives. `name` is in lower case. */
export function isScript(name: string): boolean {
  return RUNS_SCRIPT.has(name);
}

/**
 * The first parameter, which is the key of most commands, or the first key of a script, whose text
 * would fill a report; empty without one. `name` is in lower case.
 */
export function keyIn(name: string, parameters: readonly string[]): string {
  if (!isScript(name)) return parameters[0] ?? '';
  return Number(parameters[1]) > 0 ? (parameters[2] ?? '') : '';
}
