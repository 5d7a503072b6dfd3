/**
 * The board of server.ts, as it is deployed: two nodes, each with its own process. Redis answers
 * late, but loses nothing: the adapter's pub/sub delivers at most once.
 */
import { defineScenario, serves } from 'seedstorm';
import { user } from './user.ts';
import { boardComplete } from './board-complete.ts';

export default defineScenario({
  name: 'socket.io',
  system: './server.ts',
  actors: { user },
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
    'segmentation',
    'reset-in-message',
    'end-in-message',
    'connect-refused',
    'connect-unanswered',
    'redis-slow-reply',
    'deploy',
    'node-stall',
    'timers-late',
    'clock-skew',
    'clock-jump',
  ],
  // The heartbeat of Socket.IO notices within 45 s that a client has vanished.
  settleMs: 50_000,
  properties: [boardComplete, serves()],
  variants: [
    {
      // A note is added, and its author does not learn it.
      id: 'unanswered-note',
      expected: 'serves',
      edits: [{ file: './server.ts', find: 'answer(position);', put: 'if (position === 1) answer(position);' }],
    },
    {
      // A note added between the two steps is in neither.
      id: 'read-before-join',
      expected: boardComplete.id,
      edits: [
        {
          file: './server.ts',
          find: 'await socket.join(board);\n      answer(await notesOf(board));',
          put: 'const notes = await notesOf(board);\n      await socket.join(board);\n      answer(notes);',
        },
      ],
    },
    {
      // Users on the other node do not receive the note.
      id: 'local-only',
      expected: boardComplete.id,
      edits: [{ file: './server.ts', find: 'io.to(board)', put: 'io.local.to(board)' }],
    },
  ],
});
