/** The clauses of WS-003: work outlives its owner. */
import { type Clause, inCore } from './clause.ts';
import { cameAndWent, deployed, goneWithoutAWord, leftWhileBusy } from './written-plans.ts';

export const orphanClauses: readonly Clause[] = [
  {
    property: 'no-orphan-tasks',
    broken: 'unsubscribing does not end the stream',
    subject: ['timer feed', 'timer restart'],
    edits: [inCore('streams.ts', 'Streams.settle', 'stream.keeping ??= this.#keep(stream);', 'void stream;')],
  },
  {
    // A socket that is closing refuses the farewell, so the rest of the teardown is skipped.
    property: 'no-orphan-tasks',
    broken: 'a step of the teardown that throws skips the others',
    subject: 'timer feed',
    edits: [
      inCore(
        'registry.ts',
        'Registry.close',
        `for (const step of this.#parts.steps) {
      try {
        step.run(entry, farewell, symbols);
      } catch (error) {
        this.#parts.stepFailed(step.name, entry, error);
      }
    }`,
        `try {
      for (const step of this.#parts.steps) step.run(entry, farewell, symbols);
    } catch (error) {
      this.#parts.stepFailed('some', entry, error);
    }`,
      ),
      inCore(
        'gateway.ts',
        'createGateway',
        "{ name: 'outbox', run: (connection) => connection.outbox.end() },",
        `{
      name: 'farewell',
      run: ({ socket, identity }, { manner }) =>
        manner === 'close' && identity !== null ? socket.send('{"type":"farewell"}', () => undefined) : undefined,
    },
    { name: 'outbox', run: (connection) => connection.outbox.end() },`,
      ),
    ],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'the channel of a symbol without readers stays subscribed',
    subject: 'channel',
    edits: [
      inCore(
        'adapters/redis-feed.ts',
        'redisFeed',
        'expectNext(channel);\n    unsubscribe(channel);',
        'expectNext(channel);',
      ),
    ],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'a refused unsubscription is not retried',
    subject: 'channel',
    plan: leftWhileBusy,
    edits: [inCore('adapters/redis-feed.ts', 'redisFeed', 'if (isClosed || isWanted(channel)) return;', 'return;')],
  },
  {
    // Only a graceful stop can show it: a crash leaves nothing behind.
    property: 'no-orphan-tasks',
    broken: 'shutdown forgets the tasks',
    subject: 'task of a stopped node: sweep',
    plan: deployed,
    edits: [inCore('supervisor.ts', 'Supervisor.shutdown', 'for (const task of tasks) task.cancel();', 'return;')],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'a heartbeat continues after its connection has ended',
    subject: 'timer beat',
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
    broken: 'a long timer remains after its connection has ended',
    subject: 'timer later',
    plan: cameAndWent,
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
    // Alone: later subscribers receive no price, which another property would find first.
    property: 'no-orphan-tasks',
    broken: 'a cancelled stream never ends',
    subject: 'task stream',
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
    // Alone: the silent connection would be found first.
    property: 'no-orphan-tasks',
    broken: 'connections without a client are never swept',
    subject: 'connection',
    plan: goneWithoutAWord,
    alone: true,
    edits: [inCore('gateway.ts', 'createGateway', '(signal) => sweeper.run(signal)', '() => Promise.resolve()')],
  },
  {
    property: 'no-orphan-tasks',
    broken: 'an aborted sleep leaves its timer behind',
    subject: 'timer of a stopped node: sweep',
    plan: deployed,
    edits: [inCore('sleep.ts', 'sleep', 'timer.cancel();', 'void timer;')],
  },
];
