/** The clauses of WS-003: what outlives its owner. */
import { type Clause, inCore } from './clause.ts';
import { deployed, goneWithoutAWord, leftWhileBusy } from './written-plans.ts';

export const orphanClauses: readonly Clause[] = [
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
];
