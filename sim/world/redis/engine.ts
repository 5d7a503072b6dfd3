/**
 * The Redis data model: ioredis-mock, which applies a command within the call.
 *
 * A new one costs about a millisecond, so one serves all runs of a worker, emptied before each.
 */
import RedisMock from 'ioredis-mock';

type Command = (...parameters: (string | number)[]) => Promise<unknown>;

export class RedisEngine {
  readonly #mock = new RedisMock({ host: 'sim', port: 6379 });

  /** Forgets everything: data, expiry, watches. */
  async reset(): Promise<void> {
    await this.#mock.flushall();
    this.#mock.watching.clear();
    this.#mock.dirty = false;
  }

  /** Applies a command now; its reply, or its error, is there when microtasks have run. */
  apply(command: string, parameters: readonly (string | number)[]): Promise<unknown> {
    const method = this.#mock[command];
    if (typeof method !== 'function') return Promise.reject(new Error(`ERR unknown command '${command}'`));
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
