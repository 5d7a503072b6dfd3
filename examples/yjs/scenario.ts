/**
 * The documents of server.ts, as they are deployed: two nodes share a Redis that keeps its data. A
 * node must store what it has acknowledged before it stops.
 */
import { defineScenario } from 'seedstorm';
import { nothingLost } from './nothing-lost.ts';
import { JWT_SECRET, reader, writer } from './user.ts';
import { usersConverge } from './users-converge.ts';

export default defineScenario({
  name: 'yjs',
  system: { entry: './server.ts', env: { JWT_SECRET } },
  actors: { writer, reader },
  operationsMax: 8,
  faults: [
    'latency',
    'connection-loss',
    'reconnect-storm',
    'half-open',
    'client-stall',
    'slow-reader',
    'partition',
    'partition-one-way',
    'redis-error',
    'redis-refused',
    'redis-request-lost',
    'redis-reply-lost',
    'redis-slow-reply',
    'redis-drop',
    'redis-stall',
    'redis-restart',
    'redis-down',
    'node-crash',
    'deploy',
    'node-stall',
    'timers-late',
    'clock-skew',
    'clock-jump',
  ],
  // The provider notices after 30 s that a connection is dead, and retries within 30 s.
  settleMs: 120_000,
  properties: [nothingLost, usersConverge],
  variants: [
    {
      // A node that holds an older copy overwrites what the other one has stored.
      id: 'overwrites',
      expected: nothingLost.id,
      edits: [
        {
          file: './store.ts',
          within: 'save',
          find: 'stored.length > 0 ? Y.mergeUpdates([stored, own]) : own',
          put: 'own',
        },
      ],
    },
    {
      // A deployment does not wait until the documents are stored.
      id: 'exits-at-once',
      expected: nothingLost.id,
      edits: [{ file: './server.ts', within: 'stop', find: 'await server.destroy();', put: 'void server.destroy();' }],
    },
    {
      // Readers may write.
      id: 'readers-write',
      expected: nothingLost.id,
      edits: [{ file: './server.ts', find: 'connectionConfig.readOnly = readOnly;', put: 'void readOnly;' }],
    },
  ],
});
