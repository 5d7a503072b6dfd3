/**
 * A gateway from outside this repository: the published package graphql-ws, versions 5.14.3 and
 * 5.15.0.
 */
import { defineScenario } from '../../sim/index.ts';
import { client } from './client.ts';
import { nothingRunsOn } from './nothing-runs-on.ts';

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
  properties: [nothingRunsOn],
  variants: [
    {
      id: '5.14.3',
      risk: 'leak',
      expected: 'nothing-runs-on',
      edits: [{ file: './system.ts', within: 'chooseMakeServer', find: 'makeServer5150', put: 'makeServer5143' }],
    },
  ],
});
