/**
 * Commands that are blocked until a key has something for them. Keys serve them in the order in
 * which they became ready, and each key serves the commands that wait for it in the order of their
 * arrival. What a client sends behind a blocked command is kept until that is answered.
 */
import { type AwaitedKind, RedisError, type Reply, type Wait } from '../model/reply.ts';
import type { Blocked } from './connection-state.ts';
import type { RedisEngine } from './engine.ts';
import type { SentCommand } from './sent-command.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

export class BlockedCommands {
  readonly #port: ServerPort;
  readonly #engine: RedisEngine;
  /** In the order in which their commands arrived. */
  readonly #sessions = new Set<Session>();
  /** `0 key`: the keys that have become ready since commands were last served. */
  readonly #ready = new Map<string, { readonly key: string; readonly database: number }>();
  #isServing = false;

  constructor(port: ServerPort, engine: RedisEngine) {
    this.#port = port;
    this.#engine = engine;
  }

  /**
   * A key has become ready for commands of a kind. As in Redis, it then serves all commands that
   * wait for it, and none if there is no command of this kind, whatever its keys.
   */
  ready(key: string, kind: AwaitedKind, database: number): void {
    if (this.#sessions.size === 0) return;
    const sessions = [...this.#sessions];
    const isAwaited =
      sessions.some(({ state }) => state.blocked?.wait.kind === kind) &&
      sessions.some((session) => isWaitingFor(session, key, database));
    if (isAwaited) this.#ready.set(`${database} ${key}`, { key, database });
  }

  /** The number of blocked connections. */
  get count(): number {
    return this.#sessions.size;
  }

  /** Whether a command waits that is answered when its stream is gone. */
  get awaitsStream(): boolean {
    return this.count > 0 && [...this.#sessions].some(({ state }) => state.blocked?.command.name === 'xreadgroup');
  }

  block(session: Session, command: SentCommand, wait: Wait): void {
    // The reply could not reach the client.
    if (!session.open || session.abandoned) return;
    const timeout =
      wait.timeoutMs === 0
        ? null
        : this.#port.schedule(wait.timeoutMs, () => this.#unblock(session, wait.timeoutReply));
    session.state.blocked = { command, behind: [], wait, timeout };
    this.#sessions.add(session);
  }

  /** Keeps a command while the one before it on its connection is blocked. */
  holds({ state: { blocked } }: Session, command: SentCommand): boolean {
    blocked?.behind.push(command);
    return blocked !== null;
  }

  /**
   * Serves the commands that wait for a ready key. Serving one may make another key ready, so it
   * repeats until none is. Only then are the commands read that clients sent behind theirs.
   */
  serve(): void {
    if (this.#ready.size === 0 || this.#isServing) return;
    const served: Blocked[] = [];
    const sessions: Session[] = [];
    this.#isServing = true;
    while (this.#ready.size > 0) {
      const ready = [...this.#ready.values()];
      this.#ready.clear();
      for (const { key, database } of ready) {
        for (const session of [...this.#sessions]) {
          const { blocked } = session.state;
          if (blocked === null || !isWaitingFor(session, key, database)) continue;
          const { name, parameters } = blocked.command;
          const { server } = session.state;
          const reply = this.#engine.serve({ name, parameters, database, server }, blocked.wait, key);
          if (reply === undefined) continue;
          this.#answer(session, reply);
          served.push(blocked);
          sessions.push(session);
        }
      }
    }
    this.#isServing = false;
    for (const [index, blocked] of served.entries()) this.#readBehind(sessions[index] as Session, blocked);
  }

  /** CLIENT UNBLOCK. Returns whether the connection was blocked. */
  unblock(session: Session, isError: boolean): boolean {
    const { blocked } = session.state;
    if (blocked === null) return false;
    const error = new RedisError('UNBLOCKED client unblocked via CLIENT UNBLOCK');
    this.#unblock(session, isError ? error : blocked.wait.timeoutReply);
    return true;
  }

  /** Answers all blocked commands with an error, and closes their connections. */
  disconnectAll(error: RedisError): void {
    for (const session of [...this.#sessions]) {
      session.state.isEnding = true;
      this.#answer(session, error);
    }
  }

  /** The connection is gone. Commands behind the blocked one are never read. */
  forget(session: Session): void {
    this.#clear(session);
  }

  #unblock(session: Session, reply: Reply): void {
    const blocked = this.#answer(session, reply);
    if (blocked !== null) this.#readBehind(session, blocked);
  }

  #answer(session: Session, reply: Reply): Blocked | null {
    const blocked = this.#clear(session);
    if (blocked === null) return null;
    this.#port.onApply(session, blocked.command);
    const { statistics } = this.#engine;
    statistics.apply(blocked.command.name, reply, statistics.errorCount);
    this.#port.answer(session, blocked.command, reply);
    return blocked;
  }

  /** Reads the commands behind one that is no longer blocked, up to the next that blocks. */
  #readBehind(session: Session, { behind }: Blocked): void {
    for (const [index, command] of behind.entries()) {
      this.#port.read(session, command);
      const next = session.state.blocked as Blocked | null;
      if (next === null) continue;
      next.behind.push(...behind.slice(index + 1));
      return;
    }
  }

  #clear(session: Session): Blocked | null {
    const { blocked } = session.state;
    if (blocked?.timeout != null) blocked.timeout.deliver = null;
    session.state.blocked = null;
    this.#sessions.delete(session);
    return blocked;
  }
}

function isWaitingFor({ state: { blocked, database } }: Session, key: string, inDatabase: number): boolean {
  return blocked !== null && database === inDatabase && blocked.wait.keys.includes(key);
}
