import type { Alarm } from './alarm.ts';
import type { AuditTrail } from './audit.ts';
import type { Identity, Permission, Role } from './auth.ts';
import type { AuthenticationLimiter } from './authentication-limiter.ts';
import type { Connection } from './connection.ts';
import type { ClosingCode, FrameCode } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Clock } from './ports.ts';
import type { ClientFrame, ServerFrame, StatusFrame } from './protocol.ts';
import { errorFrame, parseFrame, serialise } from './protocol.ts';
import type { Registry } from './registry.ts';
import type { ContentCheck } from './sanitiser.ts';

export interface ConversationParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** The identity in a token, or null if the token is not valid now. */
  readonly authenticate: (token: string) => Identity | null;
  readonly isAllowed: (role: Role, permission: Permission) => boolean;
  readonly symbols: ReadonlySet<string>;
  readonly registry: Registry;
  readonly streams: { settle(symbol: string): void };
  readonly failures: AuthenticationLimiter;
  readonly contentProblem: ContentCheck;
  readonly audit: AuditTrail;
  readonly alarm: Alarm;
  readonly status: () => StatusFrame;
  /** Saves the row of a connection that has just been authenticated. */
  readonly persist: (connection: Connection) => void;
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

/** The protocol: handles each frame of a client in one synchronous step. */
export class Conversation {
  readonly #parts: ConversationParts;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Handles one text frame. Never throws: an error ends this connection and no other. */
  receive(connection: Connection, text: string): void {
    if (connection.state === 'closed') return;
    const { clock, alarm, end } = this.#parts;
    const nowMs = clock.monotonicMs();
    connection.heardAtMs = nowMs;
    connection.pingedAtMs = null;
    try {
      this.#handle(connection, text, nowMs);
    } catch (error) {
      alarm.raise('conversation_failed', connection.id, error);
      end(connection, 'internal');
    }
  }

  #handle(connection: Connection, text: string, nowMs: number): void {
    const { limits, audit, end } = this.#parts;
    // Checked first: a frame over the limit must cost as little as possible.
    if (!connection.frames.take(nowMs)) {
      audit.write('rate_limited', connection, 'rate_limited');
      end(connection, 'rate_limited');
      return;
    }
    if (isBiggerThan(text, limits.payloadMaxBytes)) {
      end(connection, 'too_big');
      return;
    }
    const frame = parseFrame(text);
    if (frame === 'not-json') end(connection, 'bad_request');
    else if (connection.state === 'pending') this.#authenticate(connection, frame, nowMs);
    else if (frame === 'not-a-frame') end(connection, 'bad_request');
    else this.#answer(connection, frame);
  }

  /**
   * Verifies, changes the state, answers and asks for a save in one step, so no client is half
   * authenticated.
   */
  #authenticate(connection: Connection, frame: ClientFrame | 'not-a-frame', nowMs: number): void {
    const { clock, limits, authenticate, registry, failures, audit, persist, end } = this.#parts;
    const address = connection.socket.remoteAddress;
    if (!failures.allows(address, nowMs)) {
      audit.write('rate_limited', connection, 'authentication');
      end(connection, 'rate_limited');
      return;
    }
    const token = frame !== 'not-a-frame' && frame.type === 'authenticate' ? frame.token : null;
    const identity = token === null ? null : authenticate(token);
    if (identity === null) {
      failures.failed(address, nowMs);
      audit.write('refused', connection, 'unauthenticated');
      end(connection, 'unauthenticated');
      return;
    }
    const [oldest, ...others] = registry.connectionsOf(identity.user);
    if (oldest !== undefined && others.length + 1 >= limits.connectionsPerUserMax) end(oldest, 'replaced');
    registry.authenticate(connection, identity, clock.wallMs());
    audit.write('authenticated', connection);
    const { user, role } = identity;
    // A failed send has ended the connection, so its row must not be saved.
    if (this.#send(connection, { type: 'authenticated', connection: connection.id, user, role })) persist(connection);
  }

  #answer(connection: Connection, frame: ClientFrame): void {
    switch (frame.type) {
      case 'authenticate':
        this.#refuse(connection, 'already_authenticated');
        return;
      case 'subscribe':
        this.#subscribe(connection, frame.symbol);
        return;
      case 'unsubscribe':
        this.#unsubscribe(connection, frame.symbol);
        return;
      case 'comment':
        if (this.#permits(connection, 'comment')) this.#comment(connection, frame.symbol, frame.text);
        return;
      case 'status':
        if (this.#permits(connection, 'status')) this.#send(connection, this.#parts.status());
        return;
    }
  }

  #subscribe(connection: Connection, symbol: string): void {
    const { limits, symbols, registry, streams } = this.#parts;
    if (!symbols.has(symbol)) {
      this.#refuse(connection, 'unknown_symbol');
      return;
    }
    const { subscriptions } = connection;
    if (!subscriptions.has(symbol) && subscriptions.size >= limits.subscriptionsMax) {
      this.#refuse(connection, 'too_many_subscriptions');
      return;
    }
    registry.subscribe(connection, symbol);
    this.#send(connection, { type: 'subscribed', symbol });
    streams.settle(symbol);
  }

  #unsubscribe(connection: Connection, symbol: string): void {
    const { symbols, registry, streams } = this.#parts;
    if (!symbols.has(symbol)) {
      this.#refuse(connection, 'unknown_symbol');
      return;
    }
    registry.unsubscribe(connection, symbol);
    // Otherwise a queued price would arrive after the answer.
    connection.outbox.forget(symbol);
    this.#send(connection, { type: 'unsubscribed', symbol });
    streams.settle(symbol);
  }

  #comment(connection: Connection, symbol: string, text: string): void {
    const { limits, symbols, registry, contentProblem, audit } = this.#parts;
    const from = connection.identity?.user;
    if (from === undefined) return;
    if (!symbols.has(symbol)) {
      this.#refuse(connection, 'unknown_symbol');
      return;
    }
    if (text.length > limits.commentMaxCharacters) {
      this.#refuse(connection, 'comment_too_long');
      return;
    }
    if (text.trim() === '') {
      this.#refuse(connection, 'comment_empty');
      return;
    }
    const problem = contentProblem(text);
    if (problem !== null) {
      audit.write('refused', connection, problem);
      this.#refuse(connection, problem);
      return;
    }
    const broadcast = serialise({ type: 'comment', symbol, from, text });
    for (const subscriber of registry.subscribersOf(symbol)) {
      // Ending an earlier subscriber may have ended this one too.
      if (subscriber.subscriptions.has(symbol)) subscriber.outbox.send(broadcast);
    }
  }

  #permits(connection: Connection, permission: Permission): boolean {
    if (connection.identity !== null && this.#parts.isAllowed(connection.identity.role, permission)) return true;
    this.#parts.audit.write('forbidden', connection, permission);
    this.#refuse(connection, 'forbidden');
    return false;
  }

  #refuse(connection: Connection, code: FrameCode): void {
    connection.refusals += 1;
    if (connection.refusals > this.#parts.limits.refusalsMax) {
      this.#parts.end(connection, code === 'forbidden' ? 'forbidden_repeatedly' : 'policy');
      return;
    }
    this.#send(connection, errorFrame(code));
  }

  #send(connection: Connection, frame: ServerFrame): boolean {
    return connection.outbox.send(serialise(frame));
  }
}

/** Counts bytes only if the number of characters does not decide. */
function isBiggerThan(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}
