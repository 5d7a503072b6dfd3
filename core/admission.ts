import type { AuditSubject, AuditTrail } from './audit.ts';
import type { Identity } from './auth.ts';
import type { AuthenticationLimiter } from './authentication-limiter.ts';
import type { ClosingCode } from './closings.ts';
import { closings } from './closings.ts';
import type { Connection } from './connection.ts';
import type { FrameRates } from './frame-rates.ts';
import type { Limits } from './limits.ts';
import type { Clock } from './ports.ts';
import type { ClientFrame, InvalidFrame } from './protocol.ts';
import type { Registry } from './registry.ts';
import type { Replies } from './replies.ts';

export interface AdmissionParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** The identity in a token, or null if the token is not valid now. */
  readonly authenticate: (token: string) => Identity | null;
  readonly isRevoked: (identity: Identity) => boolean;
  readonly registry: Registry;
  readonly failures: AuthenticationLimiter;
  readonly rates: Pick<FrameRates, 'admitUser'>;
  readonly audit: AuditTrail;
  readonly replies: Replies;
  readonly streams: { settle(symbol: string): void };
  /** Saves the row of a connection that has just been authenticated. */
  readonly persist: (connection: Connection) => void;
  /** Bounds the connections of the user at all nodes. */
  readonly users: { entered(connection: Connection): void };
  readonly end: (connection: Connection, code: ClosingCode) => void;
}

/** The tokens of connections: the first one, and those that replace it. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Ends a connection whose token is no longer valid. Returns whether it did. */
  expire(connection: Connection): boolean {
    const { clock, end } = this.#parts;
    if (connection.identity === null || clock.wallMs() < connection.identity.endsAtMs) return false;
    end(connection, 'expired');
    return true;
  }

  /** Handles the first frame. */
  authenticate(connection: Connection, frame: ClientFrame | InvalidFrame, nowMs: number): void {
    const { end } = this.#parts;
    if (frame.type === 'invalid' && !frame.isJson) {
      end(connection, 'not_authenticated');
      return;
    }
    const token = frame.type === 'authenticate' ? frame.token : null;
    const identity = this.identify(token, connection.socket.remoteAddress, connection, nowMs);
    if (typeof identity === 'string') end(connection, identity);
    else this.admit(connection, identity);
  }

  /**
   * The identity in the first token of a client, or why it is refused. Audits and counts refusals.
   *
   * @param subject the connection, or what has none yet
   */
  identify(token: string | null, address: string, subject: AuditSubject, nowMs: number): Identity | ClosingCode {
    const { audit, rates, isRevoked } = this.#parts;
    const identity = this.#verify(token, address, subject, nowMs);
    if (identity === 'too-many') return 'attempts';
    if (identity === null) {
      audit.write('refused', subject, 'unauthenticated');
      return 'unauthenticated';
    }
    if (isRevoked(identity)) {
      audit.write('refused', subject, 'revoked');
      return 'revoked';
    }
    if (!rates.admitUser(identity.user, nowMs)) {
      audit.write('rate_limited', subject, 'user_rate_limited');
      return 'user_rate_limited';
    }
    return identity;
  }

  /**
   * Changes the state of a pending connection, answers and asks for a save in one step, so no
   * client is half authenticated.
   */
  admit(connection: Connection, identity: Identity): void {
    const { clock, limits, registry, audit, replies, persist, users, end } = this.#parts;
    const [oldest, ...others] = registry.connectionsOf(identity.user);
    if (oldest !== undefined && others.length + 1 >= limits[closings.replaced.most]) end(oldest, 'replaced');
    registry.authenticate(connection, identity, clock.wallMs());
    users.entered(connection);
    audit.write('authenticated', connection);
    const { user, role, expiresAtMs } = identity;
    const symbols = listOf(identity);
    const answer = { type: 'authenticated', connection: connection.id, user, role, symbols, expiresAtMs } as const;
    // A failed send has ended the connection, so its row must not be saved.
    if (replies.send(connection, answer)) persist(connection);
  }

  /** A connection stays with its user, and keeps its identity if the token is not valid. */
  refresh(connection: Connection, { id, token }: Extract<ClientFrame, { type: 'refresh' }>, nowMs: number): void {
    const { registry, audit, replies, isRevoked, end } = this.#parts;
    const identity = this.#verify(token, connection.socket.remoteAddress, connection, nowMs);
    if (identity === 'too-many') {
      end(connection, 'attempts');
      return;
    }
    const isBarred = identity !== null && isRevoked(identity);
    if (identity === null || isBarred || !registry.refresh(connection, identity)) {
      const problem = identity === null ? 'invalid_token' : isBarred ? 'revoked_token' : 'other_user';
      audit.write('refused', connection, problem);
      replies.refuse(connection, problem, id);
      return;
    }
    audit.write('refreshed', connection);
    const { role, expiresAtMs } = identity;
    // The next renewal of the lease writes the role.
    replies.send(connection, { type: 'refreshed', id, role, symbols: listOf(identity), expiresAtMs });
    this.#dropForbidden(connection, identity);
  }

  /** Ends the subscriptions that the new token does not permit, and says why. */
  #dropForbidden(connection: Connection, { symbols }: Identity): void {
    const { registry, replies, audit, streams } = this.#parts;
    const forbidden = [...connection.subscriptions].filter((symbol) => symbols !== null && !symbols.has(symbol));
    if (forbidden.length === 0) return;
    for (const symbol of forbidden) {
      registry.unsubscribe(connection, symbol);
      connection.outbox.forget(symbol);
    }
    audit.write('unsubscribed', connection, 'symbol_forbidden');
    replies.send(connection, { type: 'unsubscribed', id: null, symbols: forbidden, reason: 'symbol_forbidden' });
    for (const symbol of forbidden) streams.settle(symbol);
  }

  /** The identity in a token, or null. Without a look if its address failed too often. */
  #verify(token: string | null, address: string, subject: AuditSubject, nowMs: number): Identity | null | 'too-many' {
    const { authenticate, failures, audit } = this.#parts;
    if (!failures.allows(address, nowMs)) {
      audit.write('rate_limited', subject, 'attempts');
      return 'too-many';
    }
    const identity = token === null ? null : authenticate(token);
    if (identity === null) failures.failed(address, nowMs);
    return identity;
  }
}

function listOf({ symbols }: Identity): string[] | null {
  return symbols === null ? null : [...symbols];
}
