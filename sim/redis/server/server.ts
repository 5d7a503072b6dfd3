/**
 * What the server does with a command once it has arrived: it refuses it, queues it in a transaction, lets it wait, or applies it. How commands and
 * answers travel, and what befalls them, is for server.ts.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Domain } from '../../kernel/heap.ts';
import { Channels, type ChannelsParts } from './channels.ts';
import { ConnectionCommands } from './connection-commands.ts';
import { hasFlag } from './command-table.ts';
import type { RedisEngine } from './engine.ts';
import { Confirmations, OK, RedisError, type Reply, Wait } from '../model/reply.ts';
import type { Session } from './session.ts';
import type { SentCommand } from './sent-command.ts';
import { Transactions } from './transactions.ts';
import { BlockedCommands } from './blocked-commands.ts';

export interface RedisServerParts extends ChannelsParts {
  readonly kernel: Kernel;
  readonly domain: Domain;
  readonly engine: RedisEngine;
  /** Told of each command just before it takes effect. */
  readonly applied: (session: Session, command: SentCommand) => void;
  readonly answer: (session: Session, command: SentCommand, reply: Reply | Confirmations) => void;
  /** Told of a command that takes no effect. */
  readonly refuse: (session: Session, command: SentCommand, error: RedisError) => void;
  readonly goOn: (session: Session, command: SentCommand) => void;
  readonly kill: (session: Session) => void;
}

/** What a subscriber may ask. */
const SUBSCRIBER_COMMANDS: ReadonlySet<string> = new Set(
  'subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe ping quit reset'.split(' '),
);

export class RedisServer {
  readonly #parts: RedisServerParts;
  readonly #channels: Channels;
  readonly #connections: ConnectionCommands;
  readonly #transactions: Transactions;
  readonly #blocked: BlockedCommands;

  constructor(parts: RedisServerParts) {
    const { engine, kernel, domain, sessions, kill, goOn } = parts;
    this.#parts = parts;
    this.#channels = new Channels(parts);
    this.#transactions = new Transactions(engine);
    this.#blocked = new BlockedCommands({
      kernel,
      domain,
      again: (session, command, parameters) => this.#apply(session, { ...command, parameters }, true) as Reply | Wait,
      answer: (session, command, reply) => this.#answerAtLast(session, command, reply),
      goOn,
    });
    this.#connections = new ConnectionCommands({
      sessions,
      kill,
      unblock: (session, isError) => this.#blocked.unblock(session, isError),
      reset: (session) => this.#reset(session),
    });
  }

  /** A run begins: the engine's keys are this server's. */
  begin(): void {
    this.#parts.engine.watch((key, database) => {
      this.#transactions.touch(key, database);
      this.#blocked.touch(key, database);
    });
  }

  /** Whether a command that has arrived stays unread, since the one before it waits. */
  holds(session: Session, command: SentCommand): boolean {
    return this.#blocked.holds(session, command);
  }

  /** `problem` is an error that befell the command; it is answered by it. */
  take(session: Session, command: SentCommand, problem: string | null): void {
    const { engine, answer, refuse, applied } = this.#parts;
    const refusal = problem ?? engine.problemOf(command.name, command.parameters) ?? unfit(session, command);
    if (refusal !== null) {
      refuse(session, command, this.#transactions.refuse(session, command, refusal));
      return;
    }
    const queued = this.#transactions.queue(session, command);
    if (queued !== undefined) {
      answer(session, command, queued);
      return;
    }
    const isPatient = mayWait(command.name);
    if (!isPatient) applied(session, command);
    const reply = this.#apply(session, command, isPatient);
    if (reply instanceof Wait) this.#blocked.block(session, command, reply);
    else if (isPatient) this.#answerAtLast(session, command, reply);
    else answer(session, command, reply);
    this.#blocked.serve();
  }

  /** The connection is gone, and with it all that was of it alone. */
  forget(session: Session): void {
    this.#transactions.forget(session);
    this.#blocked.forget(session);
  }

  /** What might have waited takes effect when it is answered. */
  #answerAtLast(session: Session, command: SentCommand, reply: Reply | Confirmations): void {
    this.#parts.applied(session, command);
    this.#parts.answer(session, command, reply);
  }

  #apply(session: Session, command: SentCommand, mayWait: boolean): Reply | Confirmations | Wait {
    const { name, parameters } = command;
    const { database } = session.state;
    if (name === 'quit') {
      session.state.isEnding = true;
      return OK;
    }
    try {
      let reply: Reply | Confirmations | undefined = this.#channels.apply(session, name, parameters);
      if (reply === undefined) reply = this.#connections.apply(session, name, parameters);
      if (reply === undefined)
        reply = this.#transactions.apply(session, command, (queued) => this.#applyQueued(session, queued));
      // Null is a reply, too.
      if (reply !== undefined) return reply;
      return this.#parts.engine.apply(name, parameters, { database, mayWait });
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    }
  }

  /** Within a transaction nothing waits. */
  #applyQueued(session: Session, command: SentCommand): Reply | Confirmations {
    this.#parts.applied(session, command);
    return this.#apply(session, command, false) as Reply | Confirmations;
  }

  #reset(session: Session): void {
    const { state } = session;
    this.#transactions.forget(session);
    for (const set of [state.channels, state.patterns, state.shards]) set.clear();
    state.database = 0;
    state.protocol = 2;
    state.name = '';
  }
}

function mayWait(name: string): boolean {
  return hasFlag(name, 'blocking') || name === 'wait';
}

/** A subscriber may not ask for anything else. */
function unfit({ state }: Session, { name }: SentCommand): string | null {
  if (!state.isSubscriber || state.protocol === 3 || SUBSCRIBER_COMMANDS.has(name)) return null;
  return `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;
}
