/**
 * Faults of nodes. See life.ts for the model of a life.
 */
import type { FaultKind } from './fault.ts';

export const NODE_FAULTS: readonly FaultKind[] = [
  {
    kind: 'node-crash',
    aims: 'node',
    durationMsMax: 8000,
    model:
      'A node dies between two steps and starts again from nothing when the fault ends. What it had sent to Redis may still be applied.',
    begin: (world, fault) => {
      const node = world.nodes.get(fault.target);
      if (node?.crash() === true) world.hit(fault, fault.target);
    },
    end: (world, fault) => world.nodes.get(fault.target)?.start(),
  },
];
