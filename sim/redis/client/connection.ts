/**
 * A client's connection, and the ones after it: attempts, their delays, and the end. Statuses,
 * events and their order are ioredis's. What is asked on it, and what becomes of that when it
 * breaks, is the owner's.
 */
import type { EventEmitter } from 'node:events';
import type { Entry } from '../../kernel/heap.ts';
import type { RedisClient } from '../../system/types.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { createSession, type Session } from '../server/session.ts';
import { MaxRetriesPerRequestError } from './ioredis-parts.ts';
import type { RedisClientOptions } from './options.ts';
import { emitMessage } from './subscriptions.ts';

export interface ConnectionParts extends Omit<ClientContext, 'recorder'> {
  readonly options: RedisClientOptions;
  readonly emitter: EventEmitter;
  /** Another attempt: nothing of the connection before is left. */
  readonly onAttempt: () => void;
  /** There is a connection, of which nobody else has been told yet. */
  readonly onReady: () => void;
  readonly onLost: (wasReady: boolean) => void;
  /** Nothing that waits is waited for any longer. */
  readonly onGivenUp: (session: Session | null, error: Error) => void;
}

export const CONNECTION_CLOSED = 'Connection is closed.';

export class Connection {
  readonly #parts: ConnectionParts;
  status: RedisClient['status'] = 'wait';
  /** Of the attempt under way, or of the connection that is there. */
  session: Session | null = null;
  /** It ends by the client's own will, and there is no other after it. */
  isClosing = false;
  #connections = 0;
  #attempts = 0;
  #retry: Entry | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Where commands go; null when they can't. */
  get writable(): Session | null {
    return this.status === 'ready' && this.session?.abandoned === false ? this.session : null;
  }

  open(): void {
    const { options, transport, node, process, name, emitter } = this.#parts;
    this.status = 'connecting';
    this.#retry = null;
    this.#connections += 1;
    this.#parts.onAttempt();
    const session: Session = createSession(
      { node, process, connection: `${name}#${this.#connections}` },
      { onBroken: (how) => this.#onBroken(session, how), onMessage: (message) => emitMessage(emitter, message) },
    );
    session.state.database = options.db;
    session.state.name = options.connectionName ?? '';
    this.session = session;
    const giveUp = this.#later(options.connectTimeout * 1000, () => this.#onFailure(session, 'ETIMEDOUT'));
    const answered = (then: () => void) => () => {
      giveUp.deliver = null;
      then();
    };
    transport.connect(
      session,
      answered(() => this.#onReady(session)),
      answered(() => this.#onFailure(session, 'ECONNREFUSED')),
    );
  }

  /**
   * Ends the connection now. With `reconnect` there is another after it, as after one that broke.
   */
  close(reconnect: boolean): void {
    if (!reconnect) {
      this.isClosing = true;
      // As in ioredis, a client between two attempts stays as it is: it tries no more, and emits no
      // end.
      if (this.#retry !== null) this.#retry.deliver = null;
      this.#retry = null;
    }
    const { session } = this;
    if (this.status === 'wait') this.#onClose(null);
    if (session === null || session.abandoned) return;
    session.open = false;
    session.abandoned = true;
    this.#parts.transport.forget(session);
    this.#later(0, () => this.#onClose(session));
  }

  #onFailure(session: Session, code: string): void {
    if (session.abandoned) return;
    session.abandoned = true;
    if (!this.isClosing) this.#emitError('connect', code);
    this.#onClose(session);
  }

  #onBroken(session: Session, how: 'reset' | 'ended'): void {
    if (how === 'reset' && this.session === session && this.status !== 'end') this.#emitError('read', 'ECONNRESET');
    this.#onClose(session);
  }

  /** As in ioredis, nothing is thrown when nobody listens. */
  #emitError(syscall: 'connect' | 'read', code: string): void {
    const { emitter } = this.#parts;
    if (emitter.listenerCount('error') > 0)
      emitter.emit('error', Object.assign(new Error(`${syscall} ${code}`), { code, syscall }));
  }

  #onReady(session: Session): void {
    const { transport, emitter, onReady } = this.#parts;
    if (session.abandoned) {
      session.open = false;
      transport.forget(session);
      return;
    }
    this.status = 'connect';
    emitter.emit('connect');
    // Whoever was told may have ended it.
    if (this.session !== session || session.abandoned) return;
    this.#attempts = 0;
    this.status = 'ready';
    onReady();
    emitter.emit('ready');
  }

  #onClose(session: Session | null): void {
    if (this.session !== session) return;
    const { emitter, options, onLost, onGivenUp } = this.#parts;
    this.session = null;
    onLost(this.status === 'ready');
    const delayMs = this.isClosing ? null : this.#nextDelay();
    this.isClosing = false;
    if (delayMs === null) {
      this.status = 'end';
      onGivenUp(session, new Error(CONNECTION_CLOSED));
      emitter.emit('close');
      emitter.emit('end');
      return;
    }
    // Whoever hears of the end finds the client waiting for its next attempt already.
    this.status = 'reconnecting';
    this.#retry = this.#later(delayMs * 1000, () => this.open());
    const { maxRetriesPerRequest: retries } = options;
    if (typeof retries === 'number' && retries >= 0 && this.#attempts % (retries + 1) === 0)
      onGivenUp(session, new MaxRetriesPerRequestError(retries));
    emitter.emit('close');
    emitter.emit('reconnecting', delayMs);
  }

  /** Null when there is no next attempt. */
  #nextDelay(): number | null {
    const { retryStrategy } = this.#parts.options;
    if (typeof retryStrategy !== 'function') return null;
    this.#attempts += 1;
    const delayMs: unknown = retryStrategy(this.#attempts);
    return typeof delayMs === 'number' ? delayMs : null;
  }

  #later(delayUs: number, callback: () => void): Entry {
    return this.#parts.kernel.schedule(delayUs, this.#parts.process, callback);
  }
}
