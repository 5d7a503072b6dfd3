/**
 * Commands that are blocked until a key has something for them. They are served in the order in
 * which they arrived, as soon as one of their keys changes. What a client sends behind a blocked
 * command is kept until that is answered.
 */
import { RedisError, type Reply, Wait } from '../model/reply.ts';
import type { Blocked } from './connection-state.ts';
import type { SentCommand } from './sent-command.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

export class BlockedCommands {
  readonly #port: ServerPort;
  readonly #retry: (session: Session, command: SentCommand) => Reply | Wait;
  /** In the order in which their commands arrived. */
  readonly #sessions = new Set<Session>();
  /** `0 key`: keys that have changed since commands were last served, after their database. */
  readonly #changed = new Set<string>();

  /** `retry` applies a blocked command again. */
  constructor(port: ServerPort, retry: (session: Session, command: SentCommand) => Reply | Wait) {
    this.#port = port;
    this.#retry = retry;
  }

  /** A key has changed. */
  touch(key: string, database: number): void {
    if (this.#sessions.size > 0) this.#changed.add(`${database} ${key}`);
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
   * Serves the commands whose keys have changed. Serving one may change the keys that another waits
   * for, so it repeats until no key changes.
   */
  serve(): void {
    while (this.#changed.size > 0) {
      const changed = new Set(this.#changed);
      this.#changed.clear();
      for (const session of [...this.#sessions]) {
        const { blocked, database } = session.state;
        if (blocked === null || !blocked.wait.keys.some((key) => changed.has(`${database} ${key}`))) continue;
        const reply = this.#retry(session, { ...blocked.command, parameters: blocked.wait.parameters });
        if (!(reply instanceof Wait) && !isWrongType(reply)) this.#unblock(session, reply);
      }
    }
  }

  /** CLIENT UNBLOCK. Returns whether the connection was blocked. */
  unblock(session: Session, isError: boolean): boolean {
    const { blocked } = session.state;
    if (blocked === null) return false;
    const error = new RedisError('UNBLOCKED client unblocked via CLIENT UNBLOCK');
    this.#unblock(session, isError ? error : blocked.wait.timeoutReply);
    return true;
  }

  /** The connection is gone. Commands behind the blocked one are never read. */
  forget(session: Session): void {
    this.#clear(session);
  }

  #unblock(session: Session, reply: Reply): void {
    const blocked = this.#clear(session);
    if (blocked === null) return;
    this.#port.onApply(session, blocked.command);
    this.#port.answer(session, blocked.command, reply);
    for (const [index, command] of blocked.behind.entries()) {
      this.#port.read(session, command);
      const next = session.state.blocked as Blocked | null;
      if (next === null) continue;
      next.behind.push(...blocked.behind.slice(index + 1));
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

/** The key has become one of another type, for which a blocked command goes on waiting. */
function isWrongType(reply: Reply): boolean {
  return reply instanceof RedisError && reply.message.startsWith('WRONGTYPE');
}
