/**
 * CLIENT PAUSE: the server postpones commands of clients, all or those that may write, until the
 * pause is over. Then it reads them in the order of the clients' first postponed commands.
 */
import type { Entry } from '../../kernel/heap.ts';
import type { SentCommand } from './sent-command.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

export type PauseMode = 'WRITE' | 'ALL';

/** A longer pause ends only with CLIENT UNPAUSE. */
const SCHEDULED_MS_MAX = 1e12;

interface Pause {
  readonly mode: PauseMode;
  readonly endAtMs: number;
  readonly entry: Entry | null;
}

export class ClientPause {
  readonly #port: ServerPort;
  readonly #nowMs: () => number;
  readonly #postponed = new Set<Session>();
  #pause: Pause | null = null;

  constructor(port: ServerPort, nowMs: () => number) {
    this.#port = port;
    this.#nowMs = nowMs;
  }

  /** A run begins. */
  begin(): void {
    this.#pause = null;
    this.#postponed.clear();
  }

  /** A second pause makes the first one longer or stricter, never shorter or milder. */
  start(mode: PauseMode, timeoutMs: number): void {
    const before = this.#pause;
    const nowMs = this.#nowMs();
    const endAtMs = Math.max(before?.endAtMs ?? 0, nowMs + timeoutMs);
    if (before?.entry != null) before.entry.deliver = null;
    const restMs = endAtMs - nowMs;
    const entry = restMs > SCHEDULED_MS_MAX ? null : this.#port.schedule(restMs, () => this.end());
    this.#pause = { mode: before?.mode === 'ALL' ? 'ALL' : mode, endAtMs, entry };
  }

  /** Whether a command has to wait. It is then read again after the pause. */
  postpones(session: Session, command: SentCommand, mayWrite: () => boolean): boolean {
    // A real server never pauses its replicas, and takes a monitor for one.
    if (this.#pause === null || session.state.isMonitor) return false;
    if (this.#pause.mode === 'WRITE' && !mayWrite()) return false;
    session.state.postponed = [command];
    this.#postponed.add(session);
    return true;
  }

  /** Keeps a command behind a postponed one. */
  holds({ state: { postponed } }: Session, command: SentCommand): boolean {
    postponed?.push(command);
    return postponed !== null;
  }

  end(): void {
    if (this.#pause?.entry != null) this.#pause.entry.deliver = null;
    this.#pause = null;
    // The command that ends the pause is answered first.
    if (this.#postponed.size > 0) this.#port.schedule(0, () => this.#resume());
  }

  #resume(): void {
    const sessions = [...this.#postponed];
    this.#postponed.clear();
    for (const session of sessions) {
      const commands = session.state.postponed ?? [];
      session.state.postponed = null;
      // Whatever is blocked or postponed again keeps those behind it.
      for (const command of commands) this.#port.read(session, command);
    }
  }

  /** The connection is gone. */
  forget(session: Session): void {
    session.state.postponed = null;
    this.#postponed.delete(session);
  }
}
