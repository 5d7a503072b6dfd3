/**
 * A gateway that was not written for seedstorm: the published package graphql-ws. A variant takes
 * version 5.14.3 in place of 5.15.0.
 */
import { defineScenario, nothingLeaks } from 'seedstorm';
import { client } from './client.ts';

export default defineScenario({
  name: 'graphql-ws',
  system: { entry: './system.ts' },
  configuration: null,
  nodesMax: 1,
  actors: { client },
  operationsMax: 12,
  faults: ['latency', 'connection-loss', 'client-stall'],
  faultsMax: 3,
  chaosMs: { min: 2000, max: 6000 },
  settleMs: 3000,
  leaveMs: 3000,
  operationMs: 2000,
  properties: [nothingLeaks({ risk: 'leak' })],
  variants: [
    {
      id: '5.14.3',
      risk: 'leak',
      expected: 'nothing-leaks',
      edits: [{ file: './system.ts', within: 'chooseMakeServer', find: 'makeServer5150', put: 'makeServer5143' }],
    },
  ],
});
