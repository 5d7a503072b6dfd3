/**
 * The previous release, as edits of the current source, for rolling deployments. Its rows in Redis
 * had no role and a longer lease, its prices had no date, and it answered a subscription after it
 * started the stream.
 */
import type { SourceEdit } from '../sim/index.ts';

export const previousRelease: readonly SourceEdit[] = [
  {
    file: '../core/adapters/redis-store.ts',
    within: 'redisStore',
    find: 'JSON.stringify(row)',
    put: 'JSON.stringify({ ...row, role: undefined })',
  },
  {
    file: '../core/persistence.ts',
    within: 'Persistence.#operate',
    find: 'store.put(row, limits.leaseMs)',
    put: 'store.put(row, 1.5 * limits.leaseMs)',
  },
  {
    file: '../core/price-frames.ts',
    within: 'priceText',
    find: 'skipped, quotedAt });',
    put: 'skipped });',
  },
  {
    file: '../core/conversation.ts',
    within: 'Conversation.#subscribe',
    find: "this.#send(connection, { type: 'subscribed', id, symbols });",
    put: "for (const symbol of symbols) streams.settle(symbol);\n    this.#send(connection, { type: 'subscribed', id, symbols });",
  },
];
