/**
 * Carries commands to the simulated server and replies back at once, outside of a simulation: no
 * delays, no faults. Its owner provides the timers.
 */
import type { Entry } from '../../kernel/heap.ts';
import type { Confirmations, Reply } from '../model/reply.ts';
import { RedisError } from '../model/reply.ts';
import type { RedisEngine } from '../server/engine.ts';
import type { SentCommand } from '../server/sent-command.ts';
import type { ServerPort } from '../server/server-port.ts';
import { RedisServer } from '../server/server.ts';
import type { Message, Session } from '../server/session.ts';

/** Runs `callback` after `delayMs`, unless `deliver` of the entry is set to null before. */
export interface ServerTimers {
  schedule(delayMs: number, callback: () => void): Entry;
}

export class DirectTransport implements ServerPort {
  readonly sessions = new Set<Session>();
  readonly #server: RedisServer;
  readonly #timers: ServerTimers;
  #commands = 0;

  constructor(engine: RedisEngine, timers: ServerTimers) {
    this.#timers = timers;
    this.#server = new RedisServer(engine, this);
    this.#server.begin();
  }

  /** Real clients are not simulated. */
  readonly origin = '';

  nextNumber(): number {
    this.#commands += 1;
    return this.#commands;
  }

  connect(session: Session, onReady: () => void): void {
    session.open = true;
    this.#server.accept(session);
    this.sessions.add(session);
    onReady();
  }

  refuses(): boolean {
    return false;
  }

  send(session: Session, command: SentCommand): void {
    if (session.open && !session.state.isEnding) this.read(session, command);
  }

  end(session: Session, onEnded: () => void): void {
    this.forget(session);
    onEnded();
  }

  forget(session: Session): void {
    this.sessions.delete(session);
    this.#server.forget(session);
  }

  schedule(delayMs: number, callback: () => void): Entry {
    return this.#timers.schedule(delayMs, callback);
  }

  onApply(): void {}

  answer(session: Session, command: SentCommand, reply: Reply | Confirmations): void {
    command.settle(reply instanceof RedisError ? { error: reply } : { value: reply });
    if (session.state.isEnding) this.#close(session, 'ended');
  }

  refuse(_session: Session, command: SentCommand, error: RedisError): void {
    command.settle({ error });
  }

  /** The reply says so, too. */
  onNotSimulated(): void {}

  sendMessage(session: Session, message: Message): void {
    session.onMessage(message);
  }

  read(session: Session, command: SentCommand): void {
    if (!this.#server.holds(session, command)) this.#server.take(session, command, null);
  }

  kill(session: Session): void {
    this.#close(session, 'reset');
  }

  #close(session: Session, how: 'ended' | 'reset'): void {
    if (!session.open) return;
    session.open = false;
    this.forget(session);
    session.onBroken(how);
  }
}
