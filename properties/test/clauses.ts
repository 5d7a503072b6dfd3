/**
 * For each clause of the promises, an edit of the gateway that breaks it, and what must be said of that: so every check is seen to fail.
 */
import type { SourceEdit } from '../../sim/index.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import {
  besideTheReleaseBefore,
  deployed,
  goneWithoutAWord,
  leftWhileBusy,
  metWhileClosing,
  tooMuchToRead,
} from './written-plans.ts';

interface Clause {
  readonly property: string;
  /** What is broken, in words. */
  readonly broken: string;
  /** What the violation must be about. */
  readonly about: string;
  readonly edits: readonly SourceEdit[];
  /** What brings it out, where chance does so too rarely for a test. */
  readonly plan?: Plan;
  /** The property is judged alone, where another sees the same thing sooner. */
  readonly alone?: boolean;
}

const inCore = (file: string, within: string, find: string, put: string): SourceEdit => ({
  file: `../core/${file}`,
  within,
  find,
  put,
});

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
    edits: [inCore('sweeper.ts', 'Sweeper.#judge', "return 'authentication_deadline';", "return 'fine';")],
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
  {
    property: 'no-orphan-tasks',
    broken: 'unsubscribing does not end the stream',
    about: 'timer feed',
    edits: [inCore('streams.ts', 'Streams.settle', 'task.cancel()', 'void task')],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'nobody tells Redis that a symbol is not read any more',
    about: 'channel',
    edits: [
      inCore(
        'adapters/redis-feed.ts',
        'redisFeed',
        '    unsubscribe(channel);\n  };\n\n  return {',
        '  };\n\n  return {',
      ),
    ],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'a refused unsubscription is not asked for again',
    about: 'channel',
    plan: leftWhileBusy,
    edits: [
      inCore('adapters/redis-feed.ts', 'redisFeed', 'if (isClosed || readersOf.has(channel)) return;', 'return;'),
    ],
  },
  {
    // Only a stop in good order can show it: what crashes leaves nothing behind.
    property: 'no-orphan-tasks',
    broken: 'shutdown forgets the tasks',
    about: 'task of a stopped node: sweep',
    plan: deployed,
    edits: [inCore('supervisor.ts', 'Supervisor.shutdown', 'for (const task of tasks) task.cancel();', 'return;')],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'what beats for a connection beats on when it has ended',
    about: 'timer beat',
    edits: [
      inCore(
        'gateway.ts',
        'createGateway',
        "audit.write('connected', connection);",
        "audit.write('connected', connection); const beat = (): void => void clock.startTimer({ label: 'beat', owner: `conn:${connection.id}` }, 700, beat); beat();",
      ),
    ],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'what is to be done for a connection much later waits on when it has ended',
    about: 'timer later',
    edits: [
      inCore(
        'gateway.ts',
        'createGateway',
        "audit.write('connected', connection);",
        "audit.write('connected', connection); clock.startTimer({ label: 'later', owner: `conn:${connection.id}` }, 900_000, () => undefined);",
      ),
    ],
  },
  {
    // Whoever subscribes after that is never sent anything, which another sees.
    property: 'no-orphan-tasks',
    broken: 'a stream that was cancelled never ends',
    about: 'task stream',
    alone: true,
    edits: [
      inCore(
        'streams.ts',
        'Streams.#run',
        'if (signal.aborted) return;',
        'if (signal.aborted) return new Promise<void>(() => undefined);',
      ),
    ],
  },
  {
    // That it is silent is seen sooner.
    property: 'no-orphan-tasks',
    broken: 'nobody looks for connections whose client has gone',
    about: 'connection',
    plan: goneWithoutAWord,
    alone: true,
    edits: [inCore('gateway.ts', 'createGateway', '(signal) => sweeper.run(signal)', '() => Promise.resolve()')],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'whoever is woken from a sleep leaves its timer behind',
    about: 'timer of a stopped node: sweep',
    plan: deployed,
    edits: [inCore('sleep.ts', 'sleep', 'timer.cancel();', 'void timer;')],
  },
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
        'Persistence.#spent',
        "if (isFirst) this.#parts.alarm.raise('store_unreachable', `conn:${desire.connection}`);",
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
    edits: [inCore('persistence.ts', 'Persistence.#spent', "this.#parts.health.report('store', true);", '')],
  },
];
