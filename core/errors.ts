/** One reason for which the gateway refuses a request or ends a connection. */
export interface Refusal {
  /** The close code, or null if the connection stays open and gets an error frame. */
  readonly closeCode: number | null;
  /**
   * Public: contains no input and no message of the engine. At most 123 bytes, the limit of a close
   * reason.
   */
  readonly text: string;
}

/** All refusals, by code. */
export const errors = {
  normal: { closeCode: 1000, text: 'closed by the client' },
  going_away: { closeCode: 1001, text: 'the gateway is shutting down' },
  policy: { closeCode: 1008, text: 'too many refused requests' },
  too_big: { closeCode: 1009, text: 'the frame is too large' },
  internal: { closeCode: 1011, text: 'internal error' },
  restarting: { closeCode: 1012, text: 'the gateway is restarting: reconnect after a random delay' },
  overloaded: { closeCode: 1013, text: 'the gateway is full: reconnect later' },
  slow_consumer: { closeCode: 1013, text: 'the client reads too slowly' },
  bad_request: { closeCode: 4400, text: 'invalid frame' },
  unauthenticated: { closeCode: 4401, text: 'missing or invalid token' },
  expired: { closeCode: 4401, text: 'the token has expired' },
  forbidden_repeatedly: { closeCode: 4403, text: 'the role does not permit this' },
  authentication_deadline: { closeCode: 4408, text: 'no valid token before the deadline' },
  replaced: { closeCode: 4409, text: 'replaced by a newer connection of the same user' },
  rate_limited: { closeCode: 4429, text: 'too many frames' },
  forbidden: { closeCode: null, text: 'the role does not permit this' },
  already_authenticated: { closeCode: null, text: 'already authenticated' },
  unknown_symbol: { closeCode: null, text: 'unknown symbol' },
  too_many_subscriptions: { closeCode: null, text: 'too many subscriptions' },
  comment_too_long: { closeCode: null, text: 'the comment is too long' },
  comment_empty: { closeCode: null, text: 'the comment is empty' },
  comment_markup: { closeCode: null, text: 'the comment contains markup' },
  comment_script_url: { closeCode: null, text: 'the comment is a URL that runs a script' },
} as const satisfies Readonly<Record<string, Refusal>>;

export type ErrorCode = keyof typeof errors;

/** Codes that end the connection. */
export type ClosingCode = {
  [Code in ErrorCode]: (typeof errors)[Code]['closeCode'] extends number ? Code : never;
}[ErrorCode];

/** Codes that are sent in an error frame. */
export type FrameCode = Exclude<ErrorCode, ClosingCode>;
