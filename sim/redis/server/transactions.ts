/** MULTI, EXEC and WATCH: a queue for each connection, applied as one, unless somebody changed what was watched. */
import type { RedisEngine } from './engine.ts';
import { type Confirmations, fail, OK, RedisError, type Reply, Status } from '../model/reply.ts';
import type { Session } from './session.ts';
import type { SentCommand } from './sent-command.ts';

const ABORTED = 'EXECABORT Transaction discarded because of';
const QUEUED = new Status('QUEUED');

/** These are never queued. */
const AT_ONCE: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

export class Transactions {
  readonly #engine: RedisEngine;
  /** Who watches a key of a database. */
  readonly #watchers = new Map<string, Set<Session>>();

  constructor(engine: RedisEngine) {
    this.#engine = engine;
  }

  /** A key was changed. */
  touch(key: string, database: number): void {
    if (this.#watchers.size === 0) return;
    for (const session of this.#watchers.get(`${database} ${key}`) ?? []) session.state.isStale = true;
  }

  /** Puts a command into the connection's queue; undefined when it is not one to be queued. */
  queue({ state: { transaction } }: Session, command: SentCommand): Reply | undefined {
    if (transaction === null || AT_ONCE.has(command.name)) return undefined;
    transaction.queue.push(command);
    return QUEUED;
  }

  /** A command was refused for what it is, or for what the server was in. Answers what the client is told instead. */
  refuse(session: Session, command: SentCommand, problem: string): RedisError {
    const { transaction } = session.state;
    if (transaction === null) return new RedisError(problem);
    if (command.name !== 'exec') {
      transaction.isBroken = true;
      return new RedisError(problem);
    }
    this.forget(session);
    return new RedisError(`${ABORTED}: ${problem}`);
  }

  /** Undefined for every command that has nothing to do with transactions. `apply` applies one of the queue. */
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

  /** The connection's queue and what it watches: gone with the connection, too. */
  forget(session: Session): void {
    session.state.transaction = null;
    this.#unwatch(session);
  }

  #execute(session: Session, apply: (command: SentCommand) => Reply | Confirmations): Reply {
    const { state } = session;
    const { transaction } = state;
    if (transaction === null) return fail('ERR EXEC without MULTI');
    // A key that has ended meanwhile was changed as well: whoever looks finds out.
    for (const watched of state.watched) {
      const cut = watched.indexOf(' ');
      this.#engine.has(watched.slice(cut + 1), Number(watched.slice(0, cut)));
    }
    const { isStale } = state;
    this.forget(session);
    if (transaction.isBroken) return fail(`${ABORTED} previous errors.`);
    // What is answered for channels is told by itself; here, it counts.
    return isStale ? null : transaction.queue.map((command) => apply(command) as Reply);
  }

  #watch(session: Session, key: string): void {
    const watched = `${session.state.database} ${key}`;
    session.state.watched.add(watched);
    const watchers = this.#watchers.get(watched) ?? new Set();
    this.#watchers.set(watched, watchers.add(session));
    // One that has ended already is no change later.
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
