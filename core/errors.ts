import type { StrikeCode } from './closings.ts';

/** A reason for which the gateway refuses a request. The connection stays open. */
export interface Refusal {
  /** Public: contains no input and no message of the engine. */
  readonly text: string;
  /** The reason for which the connection ends if this happens too often. */
  readonly closing: StrikeCode;
}

/** All refusals, by the code in their error frame. Codes are stable. */
export const errors = {
  bad_frame: { text: 'not a frame of the protocol', closing: 'bad_request' },
  forbidden: { text: 'the role does not permit this', closing: 'forbidden_repeatedly' },
  symbol_forbidden: { text: 'the token does not permit this symbol', closing: 'forbidden_repeatedly' },
  already_authenticated: { text: 'already authenticated: send refresh', closing: 'policy' },
  invalid_token: { text: 'missing or invalid token', closing: 'policy' },
  other_user: { text: 'the token is of another user', closing: 'policy' },
  revoked_token: { text: 'the token has been revoked', closing: 'policy' },
  too_many_revocations: { text: 'too many revocations', closing: 'policy' },
  unknown_symbol: { text: 'unknown symbol', closing: 'policy' },
  unknown_connection: { text: 'unknown connection', closing: 'policy' },
  too_many_subscriptions: { text: 'too many subscriptions', closing: 'policy' },
  comment_too_long: { text: 'the text is too long', closing: 'policy' },
  comment_empty: { text: 'the text is empty', closing: 'policy' },
  comment_markup: { text: 'the text contains markup', closing: 'unsafe_comments' },
  comment_script_url: { text: 'the text is a URL that runs a script', closing: 'unsafe_comments' },
} as const satisfies Readonly<Record<string, Refusal>>;

export type ErrorCode = keyof typeof errors;
