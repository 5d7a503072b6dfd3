/**
 * Carries commands to the simulated server and replies back at once: no delays, no faults. Timers
 * fire when the case advances the clock.
 */
import type { Entry } from '../../../kernel/heap.ts';
import type { Confirmations, Reply } from '../../model/reply.ts';
import { RedisError } from '../../model/reply.ts';
import type { RedisEngine } from '../../server/engine.ts';
import type { SentCommand } from '../../server/sent-command.ts';
import type { ServerPort } from '../../server/server-port.ts';
import { RedisServer } from '../../server/server.ts';
import type { Message, Session } from '../../server/session.ts';

const REDIS = { name: 'redis', alive: true };

export class DirectTransport implements ServerPort {
  readonly sessions = new Set<Session>();
  readonly #server: RedisServer;
  #timers: Entry[] = [];
  #nowUs = 0;
  #commands = 0;
  #connections = 0;

  constructor(engine: RedisEngine) {
    this.#server = new RedisServer(engine, this);
    this.#server.begin();
  }

  nextNumber(): number {
    this.#commands += 1;
    return this.#commands;
  }

  connect(session: Session, onReady: () => void): void {
    this.#connections += 1;
    session.open = true;
    session.state.id = this.#connections;
    this.sessions.add(session);
    onReady();
  }

  refuses(): boolean {
    return false;
  }

  send(session: Session, command: SentCommand): void {
    if (session.open && !session.state.isEnding) this.read(session, command);
  }

  forget(session: Session): void {
    this.sessions.delete(session);
    this.#server.forget(session);
  }

  schedule(delayMs: number, callback: () => void): Entry {
    this.#commands += 1;
    const entry = {
      atUs: this.#nowUs + delayMs * 1000,
      priority: 0,
      id: this.#commands,
      domain: REDIS,
      deliver: callback,
    };
    this.#timers.push(entry);
    return entry;
  }

  /** Fires the timers that are due within the next `durationMs`, in order. */
  advance(durationMs: number): void {
    const untilUs = this.#nowUs + durationMs * 1000;
    for (;;) {
      this.#timers = this.#timers.filter(({ deliver }) => deliver !== null).sort((a, b) => a.atUs - b.atUs);
      const [next] = this.#timers;
      if (next === undefined || next.atUs > untilUs) break;
      const { deliver } = next;
      next.deliver = null;
      this.#nowUs = next.atUs;
      deliver?.();
    }
    this.#nowUs = untilUs;
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
