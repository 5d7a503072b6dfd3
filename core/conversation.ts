import type { Administration } from './administration.ts';
import type { Alarm } from './alarm.ts';
import type { AuditTrail } from './audit.ts';
import type { Admission } from './admission.ts';
import type { Permission } from './auth.ts';
import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import type { Connection } from './connection.ts';
import type { ErrorCode } from './errors.ts';
import { errors } from './errors.ts';
import type { FrameRates } from './frame-rates.ts';
import type { Limits } from './limits.ts';
import type { Message, Messages } from './messages.ts';
import type { Clock } from './ports.ts';
import { snapshotMaxBytes } from './price-frames.ts';
import type { ClientFrame, Role, ServerFrame, StatusFrame } from './protocol.ts';
import { parseFrame } from './protocol.ts';
import type { Registry } from './registry.ts';
import type { Replies } from './replies.ts';
import type { Revocations } from './revocations.ts';
import type { Streams } from './streams.ts';

export interface ConversationParts {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly rates: Pick<FrameRates, 'admit'>;
  readonly isAllowed: (role: Role, permission: Permission) => boolean;
  readonly symbols: ReadonlySet<string>;
  readonly registry: Registry;
  readonly streams: Pick<Streams, 'settle' | 'welcome'>;
  readonly admission: Pick<Admission, 'authenticate' | 'refresh' | 'expire'>;
  readonly replies: Pick<Replies, 'send' | 'refuse'>;
  readonly messages: Pick<Messages, 'problemOf' | 'send'>;
  readonly audit: AuditTrail;
  readonly alarm: Alarm;
  readonly status: () => Omit<StatusFrame, 'type' | 'id'>;
  readonly administration: Pick<Administration, 'list' | 'disconnect'>;
  readonly revocations: Pick<Revocations, 'hasRoom' | 'revoke'>;
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
    const { limits, rates, admission, end } = this.#parts;
    // Checked first: a frame over the limit must cost as little as possible.
    if (!rates.admit(connection, nowMs)) return;
    if (isBiggerThan(text, limits[closings.too_big.most])) {
      end(connection, 'too_big');
      return;
    }
    const frame = parseFrame(text);
    if (connection.state === 'pending') admission.authenticate(connection, frame, nowMs);
    // Also what was on its way when the token expired, a new token included.
    else if (admission.expire(connection)) return;
    else if (frame.type === 'invalid') this.#refuse(connection, 'bad_frame', frame.id);
    else this.#answer(connection, frame, nowMs);
  }

  #answer(connection: Connection, frame: ClientFrame, nowMs: number): void {
    switch (frame.type) {
      case 'authenticate':
        this.#refuse(connection, 'already_authenticated', null);
        return;
      case 'refresh':
        this.#parts.admission.refresh(connection, frame, nowMs);
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
      case 'announce':
      case 'status':
      case 'clients':
      case 'disconnect':
      case 'revoke':
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
      case 'announce':
        this.#announce(connection, frame);
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
        return;
      case 'revoke':
        this.#revoke(connection, frame);
    }
  }

  /** Answers first, because it may end the connection of the administrator too. */
  #revoke(connection: Connection, { id, subject, name }: FrameWith<'revoke'>): void {
    const { revocations, audit } = this.#parts;
    if (!revocations.hasRoom) {
      this.#refuse(connection, 'too_many_revocations', id);
      return;
    }
    audit.write('revoked', connection, subject);
    this.#send(connection, { type: 'revoked', id, subject, name });
    revocations.revoke(subject, name);
  }

  /** All symbols or none. */
  #subscribe(connection: Connection, { id, symbols, resume, maxPerSecond }: FrameWith<'subscribe'>): void {
    const { limits, registry, streams } = this.#parts;
    if (!this.#knows(connection, symbols, id) || !this.#maySee(connection, symbols, id)) return;
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
      connection.outbox.pace(symbol, maxPerSecond);
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
    this.#send(connection, { type: 'unsubscribed', id, symbols, reason: null });
    for (const symbol of symbols) streams.settle(symbol);
  }

  #comment(connection: Connection, { id, symbol, text }: FrameWith<'comment'>): void {
    const from = connection.identity?.user;
    if (from === undefined || !this.#knows(connection, [symbol], id)) return;
    if (!this.#maySee(connection, [symbol], id)) return;
    this.#publish(connection, { type: 'comment', symbol, from, text }, id);
  }

  #announce(connection: Connection, { id, text }: FrameWith<'announce'>): void {
    const from = connection.identity?.user;
    if (from !== undefined && this.#publish(connection, { type: 'announcement', from, text }, id))
      this.#parts.audit.write('announced', connection);
  }

  /** Returns false if the text is refused. */
  #publish(connection: Connection, message: Message, id: number): boolean {
    const { messages, audit } = this.#parts;
    const problem = messages.problemOf(message.text);
    if (problem === null) messages.send(connection, message, id);
    else {
      if (errors[problem].closing === 'unsafe_comments') audit.write('refused', connection, problem);
      this.#refuse(connection, problem, id);
    }
    return problem === null;
  }

  #knows(connection: Connection, symbols: readonly string[], id: number): boolean {
    if (symbols.every((symbol) => this.#parts.symbols.has(symbol))) return true;
    this.#refuse(connection, 'unknown_symbol', id);
    return false;
  }

  #maySee(connection: Connection, symbols: readonly string[], id: number): boolean {
    const permitted = connection.identity?.symbols ?? null;
    if (permitted === null || symbols.every((symbol) => permitted.has(symbol))) return true;
    this.#parts.audit.write('forbidden', connection, 'symbol_forbidden');
    this.#refuse(connection, 'symbol_forbidden', id);
    return false;
  }

  #permits(connection: Connection, permission: Permission, id: number): boolean {
    if (connection.identity !== null && this.#parts.isAllowed(connection.identity.role, permission)) return true;
    this.#parts.audit.write('forbidden', connection, permission);
    this.#refuse(connection, 'forbidden', id);
    return false;
  }

  #refuse(connection: Connection, code: ErrorCode, id: number | null): void {
    this.#parts.replies.refuse(connection, code, id);
  }

  #send(connection: Connection, frame: ServerFrame): void {
    this.#parts.replies.send(connection, frame);
  }
}

type FrameWith<Type> = Extract<ClientFrame, { readonly type: Type }>;

/** Counts bytes only if the number of characters does not decide. */
function isBiggerThan(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}
