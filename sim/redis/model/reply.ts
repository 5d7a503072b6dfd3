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

/** The text as the server sends it: in one line. */
export function inOneLine(message: string): string {
  return message.replaceAll(/^[\r\n]+|[\r\n]+$/g, '').replaceAll(/[\r\n]/g, ' ');
}

export function fail(text: string): never {
  throw new RedisError(text);
}

export function refuse(what: string): never {
  throw new NotSimulatedError(what);
}

/** The reply of a command that returns a list, when it has none. Version 2 writes it as `*-1`. */
export class NullList {
  declare readonly isNullList: true;
}

export const NULL_LIST = new NullList();

/**
 * A reply of a type that only version 3 of the protocol has: `#`, a boolean; `,`, a double; `(`, a
 * big number; `=`, a verbatim string; `%`, a map, with keys and values alternating; `~`, a set.
 */
export class TypedReply {
  readonly as: '#' | ',' | '(' | '=' | '%' | '~';
  /** In version 2. */
  readonly plain: number | string | readonly Reply[];
  /** Of a verbatim string: three bytes. */
  readonly format: string;

  constructor(as: TypedReply['as'], plain: TypedReply['plain'], format = 'txt') {
    this.as = as;
    this.plain = plain;
    this.format = format;
  }
}

/**
 * Strings represent bytes: see bytes.ts. A bigint is an integer that a number cannot hold exactly.
 */
export type Reply = null | number | bigint | string | Status | RedisError | NullList | TypedReply | readonly Reply[];

/** The types of values that commands wait for. */
export type AwaitedKind = 'list' | 'zset' | 'stream';

export interface WaitOptions {
  readonly keys: readonly string[];
  /** Null for a command that waits for no key. */
  readonly kind: AwaitedKind | null;
  /** 0: no timeout. */
  readonly timeoutMs: number;
  /** The reply after the timeout. Default: the missing list. */
  readonly timeoutReply?: Reply;
  /**
   * Called when one of the keys is ready. Returns the reply; undefined when the command remains
   * blocked. May fail.
   */
  serve(key: string): Reply | undefined;
}

/**
 * The outcome of a command that blocks until one of its keys has something for it, or until its
 * timeout.
 */
export class Wait {
  readonly keys: readonly string[];
  readonly kind: AwaitedKind | null;
  readonly timeoutMs: number;
  readonly timeoutReply: Reply;
  readonly serve: (key: string) => Reply | undefined;

  constructor({ keys, kind, timeoutMs, timeoutReply = NULL_LIST, serve }: WaitOptions) {
    this.keys = keys;
    this.kind = kind;
    this.timeoutMs = timeoutMs;
    this.timeoutReply = timeoutReply;
    this.serve = serve;
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
