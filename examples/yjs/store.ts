/** Yjs documents in Redis, one key each. */
import { Redis, type Callback, type Result } from 'ioredis';
import * as Y from 'yjs';

/** Writes ARGV[2] only if the key still holds ARGV[1], which is empty if the key does not exist. */
const REPLACE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`;
declare module 'ioredis' {
  interface RedisCommander<Context> {
    replaceIfSame(key: string, old: Buffer, next: Buffer, callback?: Callback<number>): Result<number, Context>;
  }
}

const keyOf = (name: string) => `yjs:document:${name}`;

export class DocumentStore {
  readonly #redis: Redis;

  constructor(url: string) {
    // A command fails after a while instead of waiting for Redis forever. The caller decides what
    // to do then.
    this.#redis = new Redis(url, { maxRetriesPerRequest: null, commandTimeout: 3000 });
    this.#redis.defineCommand('replaceIfSame', { numberOfKeys: 1, lua: REPLACE });
    this.#redis.on('error', (error) => console.error('redis:', error.message));
  }

  async load(name: string, document: Y.Doc): Promise<void> {
    const state = await this.#redis.getBuffer(keyOf(name));
    if (state) Y.applyUpdate(document, state);
  }

  /**
   * Merges the document into the stored state. In a rolling restart the old and the new process may
   * hold the same document for a moment. With SET, one would overwrite what the other has stored.
   */
  async save(name: string, document: Y.Doc): Promise<void> {
    const empty = Buffer.alloc(0);
    for (;;) {
      const stored = (await this.#redis.getBuffer(keyOf(name))) ?? empty;
      const own = Y.encodeStateAsUpdate(document);
      const next = stored.length > 0 ? Y.mergeUpdates([stored, own]) : own;
      if (await this.#redis.replaceIfSame(keyOf(name), stored, Buffer.from(next))) return;
    }
  }

  async close(): Promise<void> {
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }
}
