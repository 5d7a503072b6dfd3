/**
 * Faults of nodes. See life.ts for the model of a life.
 */
import type { Fault, FaultKind } from './fault.ts';
import type { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

function nodesOf(world: World, { target }: Fault): readonly SimulatedNode[] {
  return [...world.nodes.values()].filter(({ name }) => target === '*' || name === target);
}

export const NODE_FAULTS: readonly FaultKind[] = [
  {
    kind: 'node-crash',
    aims: 'node',
    durationMsMax: 8000,
    model:
      'A node dies between two steps and starts again from nothing when the fault ends. What it had sent to Redis may still be applied.',
    begin: (world, fault) => {
      for (const node of nodesOf(world, fault)) if (node.crash()) world.hit(fault, node.name);
    },
    end: (world, fault) => {
      for (const node of nodesOf(world, fault)) node.start();
    },
  },
];
