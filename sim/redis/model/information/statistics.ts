/** What the server has counted since it started, or since CONFIG RESETSTAT. INFO shows it. */
import { errorCode } from '../error-text.ts';
import { RedisError } from '../reply.ts';

export interface CommandCounts {
  calls: number;
  /** Not applied, because of its arguments or the state of its connection. */
  rejected: number;
  /** Answered by an error. */
  failed: number;
}

/** The connections of the server and what they are doing. */
export interface ClientCounts {
  readonly connected: number;
  readonly blocked: number;
  /** Names of which there is at least one subscriber. */
  readonly channels: number;
  readonly patterns: number;
  readonly shards: number;
}

export const NO_CLIENTS: ClientCounts = { connected: 0, blocked: 0, channels: 0, patterns: 0, shards: 0 };

export class Statistics {
  /** By name, in lower case; `client|id` for a subcommand. */
  readonly commands = new Map<string, CommandCounts>();
  /** By code, such as ERR. */
  readonly errors = new Map<string, number>();
  connections = 0;
  expiredKeys = 0;
  #errors = 0;
  #lastError = '';

  reset(): void {
    this.commands.clear();
    this.errors.clear();
    this.connections = 0;
    this.expiredKeys = 0;
    this.#errors = 0;
  }

  get errorCount(): number {
    return this.#errors;
  }

  get callCount(): number {
    let count = 0;
    for (const { calls } of this.commands.values()) count += calls;
    return count;
  }

  /** `name` is null for an unknown command. */
  reject(name: string | null, error: string): void {
    if (name !== null) this.#countsOf(name).rejected += 1;
    this.#addError(error);
  }

  /**
   * A command was applied. `errorsBefore` is `errorCount` before it: an error that a script passes
   * on was counted by the command that the script called.
   */
  apply(name: string, reply: unknown, errorsBefore: number): void {
    const counts = this.#countsOf(name);
    counts.calls += 1;
    if (!(reply instanceof RedisError)) return;
    counts.failed += 1;
    const isPassedOn = this.#errors > errorsBefore && reply.message.startsWith(this.#lastError);
    if (!isPassedOn) this.#addError(reply.message);
  }

  #addError(message: string): void {
    const code = errorCode(message);
    this.#errors += 1;
    this.#lastError = message;
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  #countsOf(name: string): CommandCounts {
    const counts = this.commands.get(name) ?? { calls: 0, rejected: 0, failed: 0 };
    this.commands.set(name, counts);
    return counts;
  }
}
