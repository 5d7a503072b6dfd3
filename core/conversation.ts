import type { Administration } from './administration.ts';
import type { Alarm } from './alarm.ts';
import type { AuditTrail } from './audit.ts';
import type { Identity, Permission } from './auth.ts';
import type { AuthenticationLimiter } from './authentication-limiter.ts';
import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import type { Connection } from './connection.ts';
import type { ErrorCode } from './errors.ts';
import { errors } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Clock, Metrics } from './ports.ts';
import { snapshotMaxBytes } from './price-frames.ts';
import type { ClientFrame, InvalidFrame, Role, ServerFrame, StatusFrame } from './protocol.ts';
import { errorFrame, parseFrame, serialise } from './protocol.ts';
import type { Registry } from './registry.ts';
import type { ContentCheck } from './sanitiser.ts';
import type { Streams } from './streams.ts';

export interface ConversationParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** The identity in a token, or null if the token is not valid now. */
  readonly authenticate: (token: string) => Identity | null;
  readonly isAllowed: (role: Role, permission: Permission) => boolean;
  readonly symbols: ReadonlySet<string>;
  readonly registry: Registry;
  readonly streams: Pick<Streams, 'settle' | 'welcome'>;
  readonly failures: AuthenticationLimiter;
  readonly contentProblem: ContentCheck;
  readonly audit: AuditTrail;
  readonly alarm: Alarm;
  readonly metrics: Metrics;
  readonly status: () => Omit<StatusFrame, 'type' | 'id'>;
  readonly administration: Pick<Administration, 'list' | 'disconnect'>;
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
    if (isBiggerThan(text, limits[closings.too_big.most])) {
      end(connection, 'too_big');
      return;
    }
    const frame = parseFrame(text);
    if (connection.state === 'pending') this.#authenticate(connection, frame, nowMs);
    else if (frame.type === 'invalid') this.#refuse(connection, 'bad_frame', frame.id);
    else this.#answer(connection, frame, nowMs);
  }

  /**
   * Verifies, changes the state, answers and asks for a save in one step, so no client is half
   * authenticated.
   */
  #authenticate(connection: Connection, frame: ClientFrame | InvalidFrame, nowMs: number): void {
    const { clock, limits, registry, audit, persist, end } = this.#parts;
    if (frame.type === 'invalid' && !frame.isJson) {
      end(connection, 'not_authenticated');
      return;
    }
    const identity = this.#verify(connection, frame.type === 'authenticate' ? frame.token : null, nowMs);
    if (identity === 'too-many') return;
    if (identity === null) {
      audit.write('refused', connection, 'unauthenticated');
      end(connection, 'unauthenticated');
      return;
    }
    const [oldest, ...others] = registry.connectionsOf(identity.user);
    if (oldest !== undefined && others.length + 1 >= limits[closings.replaced.most]) end(oldest, 'replaced');
    registry.authenticate(connection, identity, clock.wallMs());
    audit.write('authenticated', connection);
    const { user, role, expiresAtMs } = identity;
    const answer = { type: 'authenticated', connection: connection.id, user, role, expiresAtMs } as const;
    // A failed send has ended the connection, so its row must not be saved.
    if (this.#send(connection, answer)) persist(connection);
  }

  /** The identity in a token, or null. Ends the connection if its address failed too often. */
  #verify(connection: Connection, token: string | null, nowMs: number): Identity | null | 'too-many' {
    const { authenticate, failures, audit, end } = this.#parts;
    const address = connection.socket.remoteAddress;
    if (!failures.allows(address, nowMs)) {
      audit.write('rate_limited', connection, 'attempts');
      end(connection, 'attempts');
      return 'too-many';
    }
    const identity = token === null ? null : authenticate(token);
    if (identity === null) failures.failed(address, nowMs);
    return identity;
  }

  #answer(connection: Connection, frame: ClientFrame, nowMs: number): void {
    switch (frame.type) {
      case 'authenticate':
        this.#refuse(connection, 'already_authenticated', null);
        return;
      case 'refresh':
        this.#refresh(connection, frame, nowMs);
        return;
      case 'subscribe':
        this.#subscribe(connection, frame);
        return;
      case 'unsubscribe':
        this.#unsubscribe(connection, frame);
        return;
      case 'ping':
        this.#send(connection, { type: 'pong', id: frame.id });
        return;
      case 'comment':
      case 'status':
      case 'clients':
      case 'disconnect':
        if (this.#permits(connection, frame.type, frame.id)) this.#answerPermitted(connection, frame);
    }
  }

  #answerPermitted(connection: Connection, frame: FrameWith<Permission>): void {
    const { administration, status } = this.#parts;
    const { id } = frame;
    switch (frame.type) {
      case 'comment':
        this.#comment(connection, frame);
        return;
      case 'status':
        this.#send(connection, { type: 'status', id, ...status() });
        return;
      case 'clients':
        this.#send(connection, { type: 'clients', id, ...administration.list(connection, frame.after) });
        return;
      case 'disconnect':
        if (administration.disconnect(connection, frame.connection))
          this.#send(connection, { type: 'disconnected', id, connection: frame.connection });
        else this.#refuse(connection, 'unknown_connection', id);
    }
  }

  /** A connection stays with its user, and keeps its identity if the token is not valid. */
  #refresh(connection: Connection, { id, token }: FrameWith<'refresh'>, nowMs: number): void {
    const { registry, audit } = this.#parts;
    const identity = this.#verify(connection, token, nowMs);
    if (identity === 'too-many') return;
    if (identity === null || !registry.refresh(connection, identity)) {
      const problem = identity === null ? 'invalid_token' : 'other_user';
      audit.write('refused', connection, problem);
      this.#refuse(connection, problem, id);
      return;
    }
    audit.write('refreshed', connection);
    // The next renewal of the lease writes the role.
    this.#send(connection, { type: 'refreshed', id, role: identity.role, expiresAtMs: identity.expiresAtMs });
  }

  /** All symbols or none. */
  #subscribe(connection: Connection, { id, symbols, resume }: FrameWith<'subscribe'>): void {
    const { limits, registry, streams } = this.#parts;
    if (!this.#knows(connection, symbols, id)) return;
    const { subscriptions } = connection;
    if (new Set([...subscriptions, ...symbols]).size > limits.subscriptionsMax) {
      this.#refuse(connection, 'too_many_subscriptions', id);
      return;
    }
    for (const symbol of symbols) registry.subscribe(connection, symbol);
    // The answer goes out before the first price.
    this.#send(connection, { type: 'subscribed', id, symbols });
    const positions = new Map(resume.map((position) => [position.symbol, position]));
    const each = new Set(symbols);
    for (const symbol of each) {
      streams.welcome(connection, symbol, positions.get(symbol), snapshotMaxBytes * each.size);
      streams.settle(symbol);
    }
  }

  #unsubscribe(connection: Connection, { id, symbols }: FrameWith<'unsubscribe'>): void {
    const { registry, streams } = this.#parts;
    if (!this.#knows(connection, symbols, id)) return;
    for (const symbol of symbols) {
      registry.unsubscribe(connection, symbol);
      connection.outbox.forget(symbol);
    }
    this.#send(connection, { type: 'unsubscribed', id, symbols });
    for (const symbol of symbols) streams.settle(symbol);
  }

  #comment(connection: Connection, { id, symbol, text }: FrameWith<'comment'>): void {
    const { registry, audit } = this.#parts;
    const from = connection.identity?.user;
    if (from === undefined || !this.#knows(connection, [symbol], id)) return;
    const problem = this.#problemOf(text);
    if (problem !== null) {
      if (errors[problem].closing === 'unsafe_comments') audit.write('refused', connection, problem);
      this.#refuse(connection, problem, id);
      return;
    }
    const broadcast = serialise({ type: 'comment', symbol, from, text });
    for (const subscriber of registry.subscribersOf(symbol)) {
      // Ending an earlier subscriber may have ended this one too.
      if (subscriber.subscriptions.has(symbol)) subscriber.outbox.send(broadcast);
    }
    this.#send(connection, { type: 'commented', id });
  }

  #problemOf(comment: string): ErrorCode | null {
    const { limits, contentProblem } = this.#parts;
    if (comment.length > limits.commentMaxCharacters) return 'comment_too_long';
    return comment.trim() === '' ? 'comment_empty' : contentProblem(comment);
  }

  #knows(connection: Connection, symbols: readonly string[], id: number): boolean {
    if (symbols.every((symbol) => this.#parts.symbols.has(symbol))) return true;
    this.#refuse(connection, 'unknown_symbol', id);
    return false;
  }

  #permits(connection: Connection, permission: Permission, id: number): boolean {
    if (connection.identity !== null && this.#parts.isAllowed(connection.identity.role, permission)) return true;
    this.#parts.audit.write('forbidden', connection, permission);
    this.#refuse(connection, 'forbidden', id);
    return false;
  }

  /** Answers with an error frame, or ends the connection if that has happened too often. */
  #refuse(connection: Connection, code: ErrorCode, id: number | null): void {
    const { clock, metrics, end } = this.#parts;
    const { closing } = errors[code];
    metrics.count('refusals', code);
    if (connection.strikes.add(closing, clock.monotonicMs())) end(connection, closing);
    else this.#send(connection, errorFrame(code, id));
  }

  #send(connection: Connection, frame: ServerFrame): boolean {
    return connection.outbox.send(serialise(frame));
  }
}

type FrameWith<Type> = Extract<ClientFrame, { readonly type: Type }>;

/** Counts bytes only if the number of characters does not decide. */
function isBiggerThan(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}
