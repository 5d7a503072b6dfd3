import type { Limits } from './limits.ts';

/** A reason for which the gateway ends a connection. */
export interface Closing {
  /** 1006 is never sent: the peer would not answer a closing handshake. */
  readonly closeCode: number;
  /**
   * The close reason. Public: contains no input and no message of the engine. At most 123 bytes.
   */
  readonly text: string;
  /** What is counted or measured. */
  readonly counts: string;
  /** The largest count that is tolerated: a limit, or 0 if the first one ends the connection. */
  readonly most: keyof Limits | 0;
  /** The time in which it is counted, or null if the count has no window. */
  readonly window: keyof Limits | null;
  /** What the client receives before, or null. */
  readonly warning: 'error' | 'ping' | 'slow_down' | null;
}

/** A reason that follows warnings: more than `most` refused requests within `window`. */
export interface Strike extends Closing {
  readonly most: keyof Limits;
  readonly window: keyof Limits;
  readonly warning: 'error';
}

/** Whenever the gateway ends a connection, it is for one of these reasons. */
export const closings = {
  going_away: row(1001, 'the gateway is shutting down', 'stops of the gateway', 0),
  binary: row(1003, 'text frames only', 'binary frames', 0),
  policy: strike(1008, 'too many refused requests', 'other refused requests', 'refusalsMax'),
  unsafe_comments: strike(
    1008,
    'too many unsafe comments',
    'comments and announcements with markup or a script URL',
    'unsafeCommentsMax',
  ),
  too_big: row(1009, 'the frame is too large', 'bytes of a frame', 'payloadMaxBytes'),
  internal: row(1011, 'internal error', 'frames that could not be handled', 0),
  restarting: row(1012, 'the gateway is restarting: reconnect after a random delay', 'restarts of the gateway', 0),
  overloaded: row(1013, 'the gateway is full: reconnect later', 'connections of the gateway', 'connectionsMax'),
  slow_consumer: row(1013, 'the client reads too slowly', 'bytes that the client has not read', 'outboxMaxBytes'),
  silent: row(1006, '', 'time without a frame or pong', 'pingAfterMs', 'pongWithinMs', 'ping'),
  bad_request: strike(4400, 'too many invalid frames', 'invalid frames', 'invalidFramesMax'),
  not_authenticated: row(4400, 'the first frame must be JSON', 'invalid frames before the authentication', 0),
  unauthenticated: row(4401, 'missing or invalid token', 'first frames without a valid token', 0),
  expired: row(4401, 'the token has expired', 'time since the expiry of the token', 0),
  forbidden_repeatedly: strike(
    4403,
    'the role does not permit this',
    'requests that the role does not permit',
    'forbiddenMax',
  ),
  unsupported_protocol: row(4406, 'unknown subprotocol: offer prices.v1', 'handshakes without the subprotocol', 0),
  authentication_deadline: row(
    4408,
    'no valid token before the deadline',
    'time without a valid token',
    'authenticateWithinMs',
  ),
  replaced: row(
    4409,
    'replaced by a newer connection of the same user',
    'connections of a user at all gateways',
    'connectionsPerUserMax',
  ),
  disconnected: row(4410, 'disconnected by an administrator', 'requests of administrators', 0),
  revoked: row(4411, 'the token has been revoked', 'revocations of the user or the token', 0),
  rate_limited: row(
    4429,
    'too many frames',
    'frames above the steady rate of `framesPerSecond`',
    'framesBurst',
    null,
    'slow_down',
  ),
  user_rate_limited: row(
    4429,
    'too many frames of the user',
    'frames of a user above the steady rate of `userFramesPerSecond`',
    'userFramesBurst',
    null,
    'slow_down',
  ),
  address_full: row(
    4429,
    'too many connections of the address',
    'connections of an address',
    'connectionsPerAddressMax',
  ),
  address_rate_limited: row(
    4429,
    'too many new connections of the address',
    'new connections of an address above the steady rate of `newConnectionsPerSecond`',
    'newConnectionsBurst',
  ),
  attempts: row(
    4429,
    'too many failed authentications',
    'failed authentications of an address',
    'failedAuthenticationsBurst',
  ),
} as const satisfies Readonly<Record<string, Closing>>;

export type ClosingCode = keyof typeof closings;

/** Reasons that follow warnings: at most a number of error frames within a time. */
export type StrikeCode = {
  [Code in ClosingCode]: (typeof closings)[Code] extends Strike ? Code : never;
}[ClosingCode];

/** The status with which a token at the upgrade is refused: it is not valid, or came too often. */
export function statusOf(code: ClosingCode): 401 | 429 {
  return closings[code].closeCode === closings.attempts.closeCode ? 429 : 401;
}

/** How a connection ends. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
  /**
   * `close` starts the handshake. `terminate` drops a peer that would not answer one. `gone`: has
   * ended already.
   */
  readonly manner: 'close' | 'terminate' | 'gone';
}

/** How a connection ends for a reason. */
export function farewellFor(code: ClosingCode): Farewell {
  const { closeCode, text } = closings[code];
  return { code: closeCode, reason: text, manner: code === 'silent' ? 'terminate' : 'close' };
}

function row<const Most extends Closing['most']>(
  closeCode: number,
  text: string,
  counts: string,
  most: Most,
  window: Closing['window'] = null,
  warning: Closing['warning'] = null,
): Closing & { readonly most: Most } {
  return { closeCode, text, counts, most, window, warning };
}

function strike(closeCode: number, text: string, counts: string, most: keyof Limits): Strike {
  return { closeCode, text, counts, most, window: 'strikeWindowMs', warning: 'error' };
}
