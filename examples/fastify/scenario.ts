/**
 * The auction of server.ts, as it is deployed: two nodes, each with its own process. Redis may
 * break all connections and restart. It loses no data and no message on a connection that holds.
 */
import { defineScenario, serves } from 'seedstorm';
import { bidder, ITEMS } from './bidder.ts';
import { fairAuction } from './fair-auction.ts';

export default defineScenario({
  name: 'fastify',
  system: { entry: './server.ts', env: { ITEMS: JSON.stringify(ITEMS), LOG_LEVEL: 'error' } },
  actors: { bidder },
  operationsMax: 10,
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
  // Two heartbeats of 30 s, and the time for a closing handshake.
  settleMs: 65_000,
  properties: [fairAuction, serves({ ignore: ({ detail }) => detail === 'too-low' })],
  variants: [
    {
      // A bidder whose bid is too low does not learn it.
      id: 'unanswered-bid',
      expected: 'serves',
      edits: [{ file: './server.ts', find: "ref, reason: 'too-low', item", put: "reason: 'too-low', item" }],
    },
    {
      // Two bidders win at the same price.
      id: 'equal-bid-wins',
      expected: fairAuction.id,
      edits: [
        {
          file: './store.ts',
          find: ' or (not first and tonumber(ARGV[1]) == tonumber(amount))',
          put: '',
        },
      ],
    },
    {
      // A bid between the two steps reaches neither.
      id: 'read-before-watch',
      expected: fairAuction.id,
      edits: [
        {
          file: './server.ts',
          find: 'stop = await store.watch(id, sendState);',
          put: 'const first = await store.get(id);\n        stop = await store.watch(id, sendState);',
        },
        {
          file: './server.ts',
          find: 'const item = await store.get(id);\n        if (item)',
          put: 'const item = first;\n        if (item)',
        },
      ],
    },
    {
      // Messages that were published while the connection was broken are lost.
      id: 'no-refresh',
      expected: fairAuction.id,
      edits: [
        { file: './store.ts', find: 'autoResubscribe: false', put: 'autoResubscribe: true' },
        { file: './store.ts', find: 'this.#refresh(id).catch(', put: 'Promise.resolve(id).catch(' },
      ],
    },
  ],
});
