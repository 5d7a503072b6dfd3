/** What the server keeps of one connection, and drops when the connection ends. */
import type { Entry } from '../../kernel/heap.ts';
import type { Wait } from '../model/reply.ts';
import type { SentCommand } from './sent-command.ts';

export interface Transaction {
  readonly queue: SentCommand[];
  /** A command was refused, so EXEC will be refused too. */
  isBroken: boolean;
}

/** A blocked command, and what the client sent after it. */
export interface Blocked {
  readonly command: SentCommand;
  readonly behind: SentCommand[];
  readonly wait: Wait;
  /** Null when the command has no timeout. */
  readonly timeout: Entry | null;
}

export class ConnectionState {
  /** The client's number, as CLIENT ID returns it. */
  id = 0;
  /** The server at the other end: see `RedisEngine.demote`. */
  server = 0;
  name = '';
  /** Wall time. */
  connectedAtMs = 0;
  /** When the last command was applied, and its name: `client|list` for a subcommand. */
  lastAtMs = 0;
  lastCommand = 'NULL';
  database = 0;
  /** Version of the protocol in use. */
  protocol: 2 | 3 = 2;
  /** The newest version that the client's end of the connection can read. */
  protocolMax: 2 | 3 = 2;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  readonly shards = new Set<string>();
  transaction: Transaction | null = null;
  /** `0 key`: watched keys, after their database. */
  readonly watched = new Set<string>();
  /** A watched key has changed. */
  isStale = false;
  blocked: Blocked | null = null;
  /** Commands that wait for the end of CLIENT PAUSE; null for none. */
  postponed: SentCommand[] | null = null;
  /** The connection receives the commands of all others: see `Monitors`. */
  isMonitor = false;
  /** The connection is closed after the current reply; commands behind it are not read. */
  isEnding = false;

  /** Subscribed to anything. In version 2 only some commands are then allowed. */
  get isSubscriber(): boolean {
    return this.channels.size + this.patterns.size + this.shards.size > 0;
  }

  /** RESET, apart from the transaction. */
  reset(): void {
    for (const subscriptions of [this.channels, this.patterns, this.shards]) subscriptions.clear();
    this.database = 0;
    this.protocol = 2;
    this.name = '';
  }
}
