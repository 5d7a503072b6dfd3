/**
 * The chat rooms of server.ts, as they are deployed: two nodes, each with its own process. Redis
 * answers late, but loses nothing: its pub/sub delivers at most once.
 */
import { defineScenario, nothingLeaks } from 'seedstorm';
import { listener } from './listener.ts';
import { subscribersReceive } from './subscribers-receive.ts';

export default defineScenario({
  name: 'graphql-ws',
  system: './server.ts',
  actors: { listener },
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
    'redis-slow-reply',
    'node-crash',
    'deploy',
    'node-stall',
    'timers-late',
    'clock-skew',
    'clock-jump',
  ],
  properties: [subscribersReceive, nothingLeaks({ risk: 'leak' })],
  variants: [
    {
      // The older version, in an app that relies on it to end the iterator.
      id: '5.14.3',
      risk: 'leak',
      expected: 'nothing-leaks',
      edits: [
        { file: './server.ts', find: 'graphql-ws-5.15.0/lib/use/ws', put: 'graphql-ws-5.14.3/lib/use/ws' },
        { file: './server.ts', find: 'rooms.messages(room, closed)', put: 'rooms.messages(room, void closed)' },
      ],
    },
    {
      // The first listener that leaves takes the room with it, for all listeners on the same node.
      id: 'unsubscribes-with-listeners',
      expected: subscribersReceive.id,
      edits: [{ file: './rooms.ts', find: ' || streams.size > 0', put: '' }],
    },
    {
      // A message that arrives before the one before it was sent is dropped.
      id: 'drops-while-busy',
      expected: subscribersReceive.id,
      edits: [
        {
          file: './message-stream.ts',
          within: 'push',
          find: 'else if (this.#queue.push(message) > MAX_QUEUED) void this.return();',
          put: '',
        },
      ],
    },
  ],
});
