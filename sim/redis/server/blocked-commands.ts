/**
 * Commands that wait for a key: served in the order in which they came, as soon as one of their keys has something for them. What a client sent
 * behind one is kept until it is answered.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Domain } from '../../kernel/heap.ts';
import { RedisError, type Reply, Wait } from '../model/reply.ts';
import type { Session } from './session.ts';
import type { SentCommand } from './sent-command.ts';

export interface BlockedCommandsParts {
  readonly kernel: Kernel;
  readonly domain: Domain;
  /** Tries a command once more. */
  readonly again: (session: Session, command: SentCommand, parameters: readonly string[]) => Reply | Wait;
  /** A command has its answer; then what came behind it goes on. */
  readonly answer: (session: Session, command: SentCommand, reply: Reply) => void;
  readonly goOn: (session: Session, command: SentCommand) => void;
}

export class BlockedCommands {
  readonly #parts: BlockedCommandsParts;
  /** In the order in which they came. */
  readonly #sessions = new Set<Session>();
  /** Keys that were changed since anybody was served last. */
  readonly #changed = new Set<string>();

  constructor(parts: BlockedCommandsParts) {
    this.#parts = parts;
  }

  /** A key was changed. */
  touch(key: string, database: number): void {
    if (this.#sessions.size > 0) this.#changed.add(`${database} ${key}`);
  }

  block(session: Session, command: SentCommand, wait: Wait): void {
    // Nobody is there to be answered any more.
    if (!session.open || session.abandoned) return;
    const { kernel, domain } = this.#parts;
    const timeout =
      wait.timeoutMs === 0
        ? null
        : kernel.schedule(wait.timeoutMs * 1000, domain, () => this.#leave(session, wait.inVain));
    session.state.waiting = { command, behind: [], wait, timeout };
    this.#sessions.add(session);
  }

  /** Whether the session waits, in which case the command waits behind it. */
  holds({ state: { waiting } }: Session, command: SentCommand): boolean {
    waiting?.behind.push(command);
    return waiting !== null;
  }

  /** After something was applied: whoever waited for it. What serves one may be what another waits for. */
  serve(): void {
    while (this.#changed.size > 0) {
      const changed = new Set(this.#changed);
      this.#changed.clear();
      for (const session of [...this.#sessions]) {
        const { waiting, database } = session.state;
        if (waiting === null || !waiting.wait.keys.some((key) => changed.has(`${database} ${key}`))) continue;
        const reply = this.#parts.again(session, waiting.command, waiting.wait.parameters);
        if (!(reply instanceof Wait) && !isOfOtherKind(reply)) this.#leave(session, reply);
      }
    }
  }

  /** CLIENT UNBLOCK: whether it waited. */
  unblock(session: Session, isError: boolean): boolean {
    const { waiting } = session.state;
    if (waiting === null) return false;
    const error = new RedisError('UNBLOCKED client unblocked via CLIENT UNBLOCK');
    this.#leave(session, isError ? error : waiting.wait.inVain);
    return true;
  }

  /** The connection is gone, and nothing behind the one that waits was ever read. */
  forget(session: Session): void {
    this.#close(session);
  }

  #leave(session: Session, reply: Reply): void {
    const waiting = this.#close(session);
    if (waiting === null) return;
    this.#parts.answer(session, waiting.command, reply);
    for (const [index, command] of waiting.behind.entries()) {
      this.#parts.goOn(session, command);
      const next = session.state.waiting as typeof waiting | null;
      if (next === null) continue;
      next.behind.push(...waiting.behind.slice(index + 1));
      return;
    }
  }

  #close({ state }: Session) {
    const { waiting } = state;
    if (waiting?.timeout != null) waiting.timeout.deliver = null;
    state.waiting = null;
    for (const session of this.#sessions) if (session.state === state) this.#sessions.delete(session);
    return waiting;
  }
}

/** The key has become something else than what is waited for, which is no answer. */
function isOfOtherKind(reply: Reply): boolean {
  return reply instanceof RedisError && reply.message.startsWith('WRONGTYPE');
}
