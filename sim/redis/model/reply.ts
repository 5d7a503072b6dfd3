/** What a Redis server answers, before any client makes something else of it. */

/** A short text such as OK. Clients give it as a string; scripts are given a table. */
export class Status {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * An error that the server answers. The text begins with its kind: `ERR`, `WRONGTYPE`, `NOSCRIPT`.
 */
export class RedisError extends Error {
  override readonly name = 'ReplyError';
}

export function fail(text: string): never {
  throw new RedisError(text);
}

/** Text stands for bytes, see bytes.ts. */
export type Reply = null | number | string | Status | RedisError | readonly Reply[];

/** A command that waits until one of its keys has something, or time is up. */
export class Wait {
  readonly keys: readonly string[];
  /** 0 for ever. */
  readonly timeoutMs: number;
  /** To be tried again with these: what the first try meant by `$`, for instance. */
  readonly parameters: readonly string[];
  /** The answer when time is up. */
  readonly timeoutReply: Reply;

  constructor(keys: readonly string[], timeoutMs: number, parameters: readonly string[], timeoutReply: Reply = null) {
    this.keys = keys;
    this.timeoutMs = timeoutMs;
    this.parameters = parameters;
    this.timeoutReply = timeoutReply;
  }
}

/**
 * What is answered to a command on channels: one for each channel, with how many the connection is
 * subscribed to then.
 */
export class Confirmations {
  readonly each: readonly (readonly [kind: string, channel: string | null, count: number])[];

  constructor(each: Confirmations['each']) {
    this.each = each;
  }
}

export const OK = new Status('OK');
