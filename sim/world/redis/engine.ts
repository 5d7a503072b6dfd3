/**
 * The Redis data model: ioredis-mock, which applies a command within the call.
 *
 * A new one costs about a millisecond, so one serves all runs of a worker, emptied before each.
 */
import RedisMock from 'ioredis-mock';
import { isCommand } from './commands.ts';

/** Belong to one connection, or wait; the engine is one connection for all, and never waits. */
const OF_A_CONNECTION: ReadonlySet<string> = new Set(
  'multi exec discard watch unwatch select monitor reset psubscribe punsubscribe ssubscribe sunsubscribe brpoplpush'.split(
    ' ',
  ),
);

/** Draw lots; for several at once, ioredis-mock does so from a generator that it took hold of when it was loaded. */
const DRAWING: ReadonlySet<string> = new Set(['spop', 'srandmember', 'hrandfield', 'zrandmember']);

function isBeyond(command: string, parameters: readonly (string | number)[]): boolean {
  return OF_A_CONNECTION.has(command) || (DRAWING.has(command) && parameters.length > 1);
}

type Command = (...parameters: (string | number)[]) => Promise<unknown>;

export type RedisSnapshot = readonly {
  readonly key: string;
  readonly value: unknown;
  readonly expiresAtMs: number | null;
}[];

export class RedisEngine {
  readonly #mock = new RedisMock({ host: 'sim', port: 6379 });

  /** Forgets everything, now: data, expiry, watches, scripts. All engines of a thread share what they hold, so each run begins with this. */
  reset(): void {
    this.#mock.data.clear();
    this.#mock.expires.clear();
    this.#mock.watching.clear();
    this.#mock.dirty = false;
    this.#mock.shaScripts = {};
  }

  /** What it holds now. Unlike data, scripts live in one server's memory: no restart and no other server has them. */
  snapshot(): RedisSnapshot {
    const { data, expires } = this.#mock;
    return data.keys().map((key) => {
      return { key, value: data.get(key), expiresAtMs: expires.has(key) ? expires.get(key) : null };
    });
  }

  /** Holds what the snapshot says, and nothing else. */
  restore(snapshot: RedisSnapshot): void {
    this.reset();
    for (const { key, value, expiresAtMs } of snapshot) {
      this.#mock.data.set(key, value);
      if (expiresAtMs !== null) this.#mock.expires.set(key, expiresAtMs);
    }
  }

  /** Applies a command now; its reply, or its error, is there when microtasks have run. */
  apply(command: string, parameters: readonly (string | number)[]): Promise<unknown> {
    // What is no command may well be a method of ioredis-mock's own: `disconnect`.
    if (!isCommand(command)) return Promise.reject(new Error(`ERR unknown command '${command}'`));
    const method = this.#mock[command];
    if (typeof method !== 'function' || isBeyond(command, parameters))
      return Promise.reject(new Error(`ERR '${command}' is not simulated`));
    try {
      return (method as Command).apply(this.#mock, [...parameters]);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Names of the keys that live now. */
  keys(): readonly string[] {
    return this.#mock.data.keys();
  }

  /** A key's value: a string, or what ioredis-mock keeps for the richer types; undefined when there is none. */
  value(key: string): unknown {
    return this.#mock.data.has(key) ? this.#mock.data.get(key) : undefined;
  }
}
