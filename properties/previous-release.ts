/**
 * The release before this one, as edits of its source: what a rolling deployment has to get along with. Rows in Redis had no role and a
 * longer lease, prices did not say when they were quoted, and a subscription was answered after its stream had been started.
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
    file: '../core/streams.ts',
    within: 'Streams.#broadcast',
    find: 'sequence, quotedAt: price.quotedAt }',
    put: 'sequence }',
  },
  {
    file: '../core/conversation.ts',
    within: 'Conversation.#subscribe',
    find: "this.#send(connection, { type: 'subscribed', symbol });\n    streams.settle(symbol);",
    put: "streams.settle(symbol);\n    this.#send(connection, { type: 'subscribed', symbol });",
  },
];
