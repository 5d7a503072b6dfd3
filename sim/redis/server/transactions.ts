/**
 * MULTI, EXEC and WATCH: each connection has a queue that is applied as a whole, unless a watched
 * key has changed.
 */
import type { RedisEngine } from './engine.ts';
import { type Confirmations, fail, NULL_LIST, OK, RedisError, type Reply, Status } from '../model/reply.ts';
import type { Session } from './session.ts';
import type { SentCommand } from './sent-command.ts';

const ABORTED = 'EXECABORT Transaction discarded because of';
const QUEUED = new Status('QUEUED');

/** Commands that are never queued. */
const IMMEDIATE: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

export class Transactions {
  readonly #engine: RedisEngine;
  /** The connections that watch `0 key`. */
  readonly #watchers = new Map<string, Set<Session>>();

  constructor(engine: RedisEngine) {
    this.#engine = engine;
  }

  /** A key has changed. */
  touch(key: string, database: number): void {
    if (this.#watchers.size === 0) return;
    for (const session of this.#watchers.get(`${database} ${key}`) ?? []) session.state.isStale = true;
  }

  /** Queues a command. Returns undefined for a command that is not to be queued. */
  queue({ state: { transaction } }: Session, command: SentCommand): Reply | undefined {
    if (transaction === null || IMMEDIATE.has(command.name)) return undefined;
    transaction.queue.push(command);
    return QUEUED;
  }

  /** A command was refused with `text`. Returns the error to answer; breaks the transaction. */
  refuse(session: Session, command: SentCommand, text: string): RedisError {
    const { transaction } = session.state;
    if (command.name === 'exec') {
      // Even without a transaction, and without the code of a general error.
      this.forget(session);
      return new RedisError(`${ABORTED}: ${text.replace(/^ERR /, '')}`);
    }
    if (transaction !== null) transaction.isBroken = true;
    return new RedisError(text);
  }

  /**
   * Returns undefined for commands that are not about transactions. `apply` applies a queued
   * command.
   */
  apply(
    session: Session,
    { name, parameters }: SentCommand,
    apply: (command: SentCommand) => Reply | Confirmations,
  ): Reply | undefined {
    const { state } = session;
    switch (name) {
      case 'multi':
        if (state.transaction !== null) fail('ERR MULTI calls can not be nested');
        state.transaction = { queue: [], isBroken: false };
        return OK;
      case 'exec':
        return this.#execute(session, apply);
      case 'discard':
        if (state.transaction === null) fail('ERR DISCARD without MULTI');
        this.forget(session);
        return OK;
      case 'watch':
        if (state.transaction !== null) fail('ERR WATCH inside MULTI is not allowed');
        for (const key of parameters) this.#watch(session, key);
        return OK;
      case 'unwatch':
        this.#unwatch(session);
        return OK;
      default:
        return undefined;
    }
  }

  /** Drops the connection's queue and its watched keys. */
  forget(session: Session): void {
    session.state.transaction = null;
    this.#unwatch(session);
  }

  #execute(session: Session, apply: (command: SentCommand) => Reply | Confirmations): Reply {
    const { state } = session;
    const { transaction } = state;
    if (transaction === null) return fail('ERR EXEC without MULTI');
    // An expired key has changed too: looking at it makes the engine report that.
    for (const watched of state.watched) {
      const space = watched.indexOf(' ');
      this.#engine.has(watched.slice(space + 1), Number(watched.slice(0, space)));
    }
    const { isStale } = state;
    this.forget(session);
    if (transaction.isBroken) return fail(`${ABORTED} previous errors.`);
    // Confirmations of subscriptions are sent separately, but they are replies of the transaction
    // too.
    return isStale ? NULL_LIST : transaction.queue.map((command) => apply(command) as Reply);
  }

  #watch(session: Session, key: string): void {
    const watched = `${session.state.database} ${key}`;
    session.state.watched.add(watched);
    const watchers = this.#watchers.get(watched) ?? new Set();
    this.#watchers.set(watched, watchers.add(session));
    // A key that has expired already must not count as changed later.
    this.#engine.has(key, session.state.database);
  }

  #unwatch(session: Session): void {
    for (const watched of session.state.watched) {
      const watchers = this.#watchers.get(watched);
      watchers?.delete(session);
      if (watchers?.size === 0) this.#watchers.delete(watched);
    }
    session.state.watched.clear();
    session.state.isStale = false;
  }
}
