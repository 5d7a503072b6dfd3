/**
 * For each clause of the properties, an edit of the gateway that breaks it, and the subject of the
 * violation that must be found. So every check is shown to fail.
 */
import { accessClauses } from './access-clauses.ts';
import { type Clause, inCore } from './clause.ts';
import { conductClauses } from './conduct-clauses.ts';
import { contentClauses } from './content-clauses.ts';
import { messageClauses } from './message-clauses.ts';
import { orphanClauses } from './orphan-clauses.ts';
import { priceClauses } from './price-clauses.ts';
import { protocolClauses } from './protocol-clauses.ts';
import { queueClauses } from './queue-clauses.ts';
import { besideTheReleaseBefore, metWhileClosing, tooMuchToRead } from './written-plans.ts';

export const clauses: readonly Clause[] = [
  {
    property: 'one-record',
    broken: 'a pending connection is sent a greeting',
    subject: 'frame to a pending connection',
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
    broken: 'a pending connection may stay open forever',
    subject: 'pending connection',
    edits: [inCore('sweeper.ts', 'Sweeper.#verdictOf', "return 'authentication_deadline';", "return 'fine';")],
  },
  {
    property: 'one-record',
    broken: 'rows are never removed',
    subject: 'row left behind',
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
    subject: 'row missing in Redis',
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
    broken: 'rows of ended connections are renewed forever',
    subject: 'stale row in Redis',
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
    // Needs two releases side by side: the current one never writes such a row.
    property: 'one-record',
    broken: 'a node removes rows in Redis that it cannot read when it starts',
    subject: 'row of another node',
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
    property: 'stable-tables',
    broken: 'the sweeper pauses while it iterates over the live table',
    subject: 'Map delete',
    edits: [
      inCore('registry.ts', 'Registry.living', '[...this.#entries.values()]', 'this.#entries.values() as never'),
      inCore('sweeper.ts', 'Sweeper.#sweep', '#sweep(hasOverslept', 'async #sweep(hasOverslept'),
      inCore(
        'sweeper.ts',
        'Sweeper.#sweep',
        '      try {\n        if (connection.state',
        "      await sleep(clock, { label: 'pause', owner: 'gateway' }, 60, new AbortController().signal);\n      try {\n        if (connection.state",
      ),
      inCore('reconciler.ts', 'Reconciler.run', 'of livingRows()', 'of []'),
      inCore('gateway.ts', 'createGateway', 'registry.living().flatMap', '[...registry.living()].flatMap'),
    ],
  },
  {
    property: 'whole-broadcasts',
    broken: 'the first subscriber is skipped',
    subject: 'missed price',
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
    broken: 'a failed feed is not started again',
    subject: 'silent stream',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#run',
        'this.#lose(stream);',
        "this.#lose(stream);\n      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));",
      ),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'a price is sent twice',
    subject: 'delivered twice',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        ': outbox.sendPrice(price, text)',
        ': outbox.sendPrice(price, text) && outbox.sendPrice(price, text)',
      ),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'two consecutive prices swap their positions',
    subject: 'out of order',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        'const text = isSnapshot',
        'price = { ...price, sequence: sequence + (sequence % 2 === 0 ? -1 : 1) };\n    const text = isSnapshot',
      ),
    ],
  },
  {
    property: 'subscriber-history',
    broken: 'a queued price outlives its subscription',
    subject: 'delivered after the end',
    plan: tooMuchToRead,
    alone: true,
    edits: [inCore('conversation.ts', 'Conversation.#unsubscribe', 'connection.outbox.forget(symbol);', '')],
  },
  {
    property: 'subscriber-history',
    broken: 'unsubscribing is answered but not performed',
    subject: 'delivered after the end',
    edits: [inCore('conversation.ts', 'Conversation.#unsubscribe', 'registry.unsubscribe(connection, symbol);', '')],
  },
  {
    property: 'subscriber-history',
    broken: 'a stream stops for its oldest subscriber',
    subject: 'newest missing',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#broadcast',
        'if (!subscriptions.has(symbol)) continue;',
        'if (sequence >= 20 && outbox === registry.subscribersOf(symbol)[0].outbox) continue;',
      ),
    ],
  },
  ...orphanClauses,
  ...conductClauses,
  ...contentClauses,
  ...messageClauses,
  ...protocolClauses,
  ...accessClauses,
  {
    property: 'silent-connections-leave',
    broken: 'silence is never noticed',
    subject: 'silent connection',
    edits: [inCore('sweeper.ts', 'Sweeper.#verdictOf', "? 'silent' : 'fine'", "? 'fine' : 'fine'")],
  },
  ...queueClauses,
  ...priceClauses,
  {
    property: 'silent-connections-leave',
    broken: 'a closing socket is ignored by the sweeper',
    subject: 'silent connection',
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
    subject: 'silent connection',
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
    broken: 'no alert is raised when the budget is spent',
    subject: 'failed write',
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
    broken: 'the end of a connection is not reported',
    subject: 'memory and Redis',
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
    broken: 'health is not degraded although an alert was raised',
    subject: 'alert without degraded health',
    edits: [inCore('persistence.ts', 'Persistence.#budgetSpent', "this.#parts.health.report('store', true);", '')],
  },
];
