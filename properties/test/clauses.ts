/**
 * For each clause of the promises, an edit of the gateway that breaks it, and what must be said of that: so every check is seen to fail.
 */
import { type Clause, inCore } from './clause.ts';
import { orphanClauses } from './orphan-clauses.ts';
import { besideTheReleaseBefore, metWhileClosing, tooMuchToRead } from './written-plans.ts';

export const clauses: readonly Clause[] = [
  {
    property: 'one-record',
    broken: 'a pending connection is greeted',
    about: 'frame to a pending connection',
    edits: [
      inCore(
        'gateway.ts',
        'createGateway',
        "audit.write('connected', connection);",
        'connection.outbox.send(\'{"type":"hello"}\');',
      ),
    ],
  },
  {
    property: 'one-record',
    broken: 'a pending connection may stay for ever',
    about: 'pending connection',
    edits: [inCore('sweeper.ts', 'Sweeper.#verdictOf', "return 'authentication_deadline';", "return 'fine';")],
  },
  {
    property: 'one-record',
    broken: 'rows are never removed',
    about: 'row left behind',
    edits: [
      inCore(
        'gateway.ts',
        'createGateway',
        'run: ({ id, identity }) => (identity === null ? undefined : persistence.drop(id))',
        'run: () => undefined',
      ),
    ],
  },
  {
    property: 'one-record',
    broken: 'leases are not renewed',
    about: 'row missing in Redis',
    edits: [
      inCore(
        'reconciler.ts',
        'Reconciler.run',
        'for (const row of livingRows()) persistence.renew(row);',
        'void livingRows;',
      ),
    ],
  },
  {
    property: 'one-record',
    broken: 'rows of the dead are renewed for ever',
    about: 'stale row in Redis',
    edits: [
      inCore(
        'registry.ts',
        'Registry.living',
        'return [...this.#entries.values()];',
        'return Object.values((this.kept = { ...this.kept, ...Object.fromEntries(this.#entries) }));',
      ),
    ],
  },
  {
    // Only two releases side by side can show it: this one has never written such a row.
    property: 'one-record',
    broken: 'a node takes what it can not read in Redis for damaged, and removes it at its start',
    about: 'row of another node',
    plan: besideTheReleaseBefore,
    edits: [
      {
        file: './system.ts',
        within: 'start',
        find: 'const store = redisStore(redis);',
        put: `const store = redisStore(redis);
  redis.once('ready', async () => {
    for (const key of await redis.call('keys', 'conn:*')) {
      const row = JSON.parse((await redis.get(key)) ?? '{}');
      if (row.role === undefined) await redis.del(key);
    }
  });`,
      },
    ],
  },
  {
    property: 'whole-broadcasts',
    broken: 'the first subscriber is left out',
    about: 'missed price',
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        'of registry.subscribersOf(symbol)',
        'of registry.subscribersOf(symbol).slice(1)',
      ),
    ],
  },
  {
    property: 'whole-broadcasts',
    broken: 'a source that lost its connection to Redis is waited for',
    about: 'silent stream',
    edits: [
      inCore('adapters/redis-feed.ts', 'redisFeed', "reader.fail('the connection to Redis broke');", 'void reader;'),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'a price is sent twice',
    about: 'delivered twice',
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        'connection.outbox.sendPrice(symbol, text)',
        'connection.outbox.sendPrice(symbol, text) && connection.outbox.sendPrice(symbol, text)',
      ),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'two prices in a row change their numbers',
    about: 'out of order',
    edits: [
      inCore(
        'streams.ts',
        'Streams.#run',
        'baseSequence + price.sequence;',
        'baseSequence + price.sequence + (price.sequence % 2 === 0 ? -1 : 1);',
      ),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'a price that waits outlives its subscription',
    about: 'delivered after the end',
    plan: tooMuchToRead,
    edits: [inCore('conversation.ts', 'Conversation.#unsubscribe', 'connection.outbox.forget(symbol);', '')],
  },
  {
    property: 'subscriber-history',
    broken: 'unsubscribing is answered and not done',
    about: 'delivered after the end',
    edits: [inCore('conversation.ts', 'Conversation.#unsubscribe', 'registry.unsubscribe(connection, symbol);', '')],
  },
  {
    property: 'subscriber-history',
    broken: 'a stream falls silent for its oldest subscriber',
    about: 'newest missing',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        'if (connection.subscriptions.has(symbol) &&',
        'if ((sequence < 20 || connection !== registry.subscribersOf(symbol)[0]) &&',
      ),
    ],
  },
  ...orphanClauses,
  {
    property: 'silent-connections-leave',
    broken: 'a socket that is closing is left to itself',
    about: 'silent connection',
    plan: metWhileClosing,
    edits: [
      inCore(
        'sweeper.ts',
        'Sweeper.#pingIfDue',
        "return registry.close(connection, { ...broken, manner: 'close' });",
        'return false;',
      ),
    ],
  },
  {
    property: 'silent-connections-leave',
    broken: 'a throwing socket ends the sweeper',
    about: 'silent connection',
    plan: metWhileClosing,
    edits: [
      inCore('sweeper.ts', 'Sweeper.#sweep', 'failed(connection.id, error);', 'throw error;'),
      inCore(
        'sweeper.ts',
        'Sweeper.#pingIfDue',
        "return registry.close(connection, { ...broken, manner: 'close' });",
        "throw new Error('the socket threw');",
      ),
    ],
  },
  {
    property: 'no-silent-redis-failures',
    broken: 'nobody is told when the budget is spent',
    about: 'failed write',
    edits: [
      inCore(
        'persistence.ts',
        'Persistence.#budgetSpent',
        "if (isFirst) this.#parts.alarm.raise('store_unreachable', `conn:${desired.connection}`);",
        'void isFirst;',
      ),
    ],
  },
  {
    property: 'no-silent-redis-failures',
    broken: 'the record is not told of what ends',
    about: 'memory and Redis',
    alone: true,
    edits: [
      inCore(
        'registry.ts',
        'Registry.close',
        "this.#parts.probe.note('connection.closed', { connection: entry.id, code: farewell.code });",
        'void farewell.code;',
      ),
    ],
  },
  {
    property: 'no-silent-redis-failures',
    broken: 'health stays well while an alert stands',
    about: 'alert without degraded health',
    edits: [inCore('persistence.ts', 'Persistence.#budgetSpent', "this.#parts.health.report('store', true);", '')],
  },
];
