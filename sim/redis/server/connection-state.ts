/** What a server keeps of one connection, and forgets with it. */
import type { Entry } from '../../kernel/heap.ts';
import type { Wait } from '../model/reply.ts';
import type { SentCommand } from './sent-command.ts';

export interface Transaction {
  readonly queue: SentCommand[];
  /** A command was refused, so that EXEC will be. */
  isBroken: boolean;
}

/** A command that waits; what the client sent after it has to wait too. */
export interface Waiting {
  readonly command: SentCommand;
  readonly behind: SentCommand[];
  wait: Wait;
  timeout: Entry | null;
}

export class ConnectionState {
  /** The client's number, as CLIENT ID tells it. */
  id = 0;
  name = '';
  database = 0;
  /** The version of the protocol that it speaks, and the newest that its client's end can be spoken to in. */
  protocol: 2 | 3 = 2;
  protocolMax: 2 | 3 = 2;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  readonly shards = new Set<string>();
  transaction: Transaction | null = null;
  /** Keys watched, each after its database: `0 key`. */
  readonly watched = new Set<string>();
  /** One of them was changed meanwhile. */
  isStale = false;
  waiting: Waiting | null = null;
  /** It is closed after the answer that is under way; nothing behind that is read. */
  isEnding = false;

  /** Subscribed to anything: then nothing else may be asked, but in version 3. */
  get isSubscriber(): boolean {
    return this.channels.size + this.patterns.size + this.shards.size > 0;
  }
}
