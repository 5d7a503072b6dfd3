/**
 * A client's connection, and those that replace it: attempts, retries and the end. Statuses, events
 * and their order are those of ioredis. The owner handles commands.
 */
import type { EventEmitter } from 'node:events';
import type { Entry } from '../../kernel/heap.ts';
import type { RedisClient } from '../../system/types.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { type BrokenHow, createSession, type Session } from '../server/session.ts';
import { MaxRetriesPerRequestError } from './ioredis-parts.ts';
import type { RedisClientOptions } from './options.ts';
import { emitMessage } from './subscriptions.ts';

/** What the owner of the connection is notified of. */
export interface ConnectionOwner {
  /** A new attempt begins. */
  onAttempt(): void;
  /** The connection is ready; called before its event `ready`. */
  onReady(): void;
  onLost(wasReady: boolean): void;
  /** All waiting commands must fail with this error. */
  onGivenUp(session: Session | null, error: Error): void;
}

export interface ConnectionContext extends Omit<ClientContext, 'recorder'> {
  readonly options: RedisClientOptions;
  readonly emitter: EventEmitter;
  readonly owner: ConnectionOwner;
}

export const CONNECTION_CLOSED = 'Connection is closed.';

export class Connection {
  readonly #context: ConnectionContext;
  status: RedisClient['status'] = 'wait';
  /** The session of the current connection or attempt. */
  session: Session | null = null;
  /** The client ends the connection, and no other follows. */
  isClosing = false;
  #connections = 0;
  #attempts = 0;
  #retry: Entry | null = null;

  constructor(context: ConnectionContext) {
    this.#context = context;
  }

  /** The session that commands can be sent on; null for none. */
  get writable(): Session | null {
    return this.status === 'ready' && this.session?.abandoned === false ? this.session : null;
  }

  open(): void {
    const { options, transport, node, process, name, emitter, owner, onNotSimulated } = this.#context;
    this.status = 'connecting';
    this.#retry = null;
    this.#connections += 1;
    owner.onAttempt();
    const session: Session = createSession(
      { node, process, connection: `${name}#${this.#connections}` },
      {
        onBroken: (how) => this.#onBroken(session, how),
        onMessage: (message) => emitMessage(emitter, message),
        onNotSimulated,
      },
    );
    session.state.database = options.db;
    session.state.name = options.connectionName ?? '';
    this.session = session;
    const timeout = this.#later(options.connectTimeout * 1000, () => this.#onFailure(session, 'ETIMEDOUT'));
    const beforeTimeout = (then: () => void) => () => {
      timeout.deliver = null;
      then();
    };
    transport.connect(
      session,
      beforeTimeout(() => this.#onReady(session)),
      beforeTimeout(() => this.#onFailure(session, 'ECONNREFUSED')),
    );
  }

  /** Ends the connection now. With `reconnect`, a new one follows, as after a break. */
  close(reconnect: boolean): void {
    if (!reconnect) {
      this.isClosing = true;
      // As in ioredis, a client that waits for its next attempt makes none, and emits no `end`.
      if (this.#retry !== null) this.#retry.deliver = null;
      this.#retry = null;
    }
    const { session } = this;
    if (this.status === 'wait') this.#onClose(null);
    if (session === null || session.abandoned) return;
    session.open = false;
    session.abandoned = true;
    const { transport, options } = this.#context;
    // As in ioredis, the connection is destroyed when the server does not end it.
    const timeout = this.#later(options.disconnectTimeout * 1000, () => this.#onClose(session));
    transport.end(session, () => {
      timeout.deliver = null;
      this.#onClose(session);
    });
  }

  #onFailure(session: Session, code: string): void {
    if (session.abandoned) return;
    session.abandoned = true;
    if (!this.isClosing) this.#emitError('connect', code);
    this.#onClose(session);
  }

  #onBroken(session: Session, how: BrokenHow): void {
    if (how !== 'ended' && this.session === session && this.status !== 'end')
      this.#emitError('read', how === 'reset' ? 'ECONNRESET' : 'ETIMEDOUT');
    this.#onClose(session);
  }

  /** As in ioredis, an error without listeners is not thrown. */
  #emitError(syscall: 'connect' | 'read', code: string): void {
    const { emitter } = this.#context;
    if (emitter.listenerCount('error') > 0)
      emitter.emit('error', Object.assign(new Error(`${syscall} ${code}`), { code, syscall }));
  }

  #onReady(session: Session): void {
    const { transport, emitter, owner } = this.#context;
    if (session.abandoned) {
      session.open = false;
      transport.forget(session);
      return;
    }
    this.status = 'connect';
    emitter.emit('connect');
    // A listener may have closed the connection.
    if (this.session !== session || session.abandoned) return;
    this.#attempts = 0;
    this.status = 'ready';
    owner.onReady();
    emitter.emit('ready');
  }

  #onClose(session: Session | null): void {
    if (this.session !== session) return;
    const { emitter, options, owner } = this.#context;
    this.session = null;
    owner.onLost(this.status === 'ready');
    const delayMs = this.isClosing ? null : this.#nextDelayMs();
    this.isClosing = false;
    if (delayMs === null) {
      this.status = 'end';
      owner.onGivenUp(session, new Error(CONNECTION_CLOSED));
      emitter.emit('close');
      emitter.emit('end');
      return;
    }
    // As in ioredis, the retry is scheduled before listeners of `close` run.
    this.status = 'reconnecting';
    this.#retry = this.#later(delayMs * 1000, () => this.open());
    const { maxRetriesPerRequest: retries } = options;
    if (typeof retries === 'number' && retries >= 0 && this.#attempts % (retries + 1) === 0)
      owner.onGivenUp(session, new MaxRetriesPerRequestError(retries));
    emitter.emit('close');
    emitter.emit('reconnecting', delayMs);
  }

  /** Returns null when `retryStrategy` wants no further attempt. */
  #nextDelayMs(): number | null {
    const { retryStrategy } = this.#context.options;
    if (typeof retryStrategy !== 'function') return null;
    this.#attempts += 1;
    const delayMs: unknown = retryStrategy(this.#attempts);
    return typeof delayMs === 'number' ? delayMs : null;
  }

  #later(delayUs: number, callback: () => void): Entry {
    return this.#context.kernel.schedule(delayUs, this.#context.process, callback);
  }
}
