/** Replies of a Redis server, before a client converts them. */

/** A status such as OK. Clients return it as a string; scripts receive a table. */
export class Status {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An error reply. Its text begins with a code: `ERR`, `WRONGTYPE`, `NOSCRIPT`. */
export class RedisError extends Error {
  override readonly name = 'ReplyError';
}

/**
 * The command, or an option of it, works on a real server but is not simulated. The server reports
 * it to the run where the command is applied, whatever becomes of the reply.
 */
export class NotSimulatedError extends RedisError {
  /** `geoadd`, `client tracking`: in lower case. */
  readonly what: string;

  constructor(what: string) {
    super(`ERR '${what}' is not simulated, see docs/redis.md for the commands that are`);
    this.what = what;
  }
}

export function fail(text: string): never {
  throw new RedisError(text);
}

export function refuse(what: string): never {
  throw new NotSimulatedError(what);
}

/** Strings represent bytes: see bytes.ts. */
export type Reply = null | number | string | Status | RedisError | readonly Reply[];

/**
 * The outcome of a command that blocks until one of its keys has something for it, or until its
 * timeout.
 */
export class Wait {
  readonly keys: readonly string[];
  /** 0: no timeout. */
  readonly timeoutMs: number;
  /** Parameters to retry with: an identifier instead of `$`, for instance. */
  readonly parameters: readonly string[];
  /** The reply after the timeout. */
  readonly timeoutReply: Reply;

  constructor(keys: readonly string[], timeoutMs: number, parameters: readonly string[], timeoutReply: Reply = null) {
    this.keys = keys;
    this.timeoutMs = timeoutMs;
    this.parameters = parameters;
    this.timeoutReply = timeoutReply;
  }
}

/**
 * Replies to a command on channels: one per channel, with the number of subscriptions that the
 * connection then has.
 */
export class Confirmations {
  readonly each: readonly (readonly [kind: string, channel: string | null, count: number])[];

  constructor(each: Confirmations['each']) {
    this.each = each;
  }
}

export const OK = new Status('OK');
