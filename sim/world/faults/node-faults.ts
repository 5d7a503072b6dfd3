/**
 * Faults of nodes. See process.ts, stall.ts, conditions.ts, deploy.ts and mixed-versions.ts for the models.
 */
import { scopeOf } from '../../kernel/draws.ts';
import { Deployment } from '../deployment.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { FaultGroup, FaultKind } from './fault-kind.ts';
import { MixedVersions } from '../mixed-versions.ts';
import type { SimulatedNode } from '../node.ts';
import type { World } from '../world.ts';

function nodesOf(world: World, { target }: Fault): readonly SimulatedNode[] {
  return [...world.nodes.values()].filter(({ name }) => target === '*' || name === target);
}

/** While open, processes of the node find other conditions, which say themselves whom they hit. */
function window<Name extends string>(
  kind: Name,
  group: FaultGroup,
  durationMsMax: number,
  model: string,
): FaultKind<Name> {
  return {
    kind,
    aims: 'node',
    group,
    durationMsMax,
    model,
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => world.faults.close(fault),
  };
}

function clock<Name extends string>(kind: Name, model: string): FaultKind<Name> {
  const plain = window(kind, 'time', 10_000, model);
  return {
    ...plain,
    begin: (world, fault) => {
      plain.begin(world, fault);
      for (const node of nodesOf(world, fault)) world.hit(fault, node.name);
    },
  };
}

/** The nodes in their order, beginning with the target. */
function deployOrder(world: World, { target }: Fault): readonly SimulatedNode[] {
  const nodes = [...world.nodes.values()];
  const first = Math.max(
    0,
    nodes.findIndex(({ name }) => name === target),
  );
  return [...nodes.slice(first), ...nodes.slice(0, first)];
}

function endDeployment(world: World, fault: Fault): void {
  world.deployments.get(fault)?.end();
  world.deployments.delete(fault);
}

export const NODE_FAULTS = [
  {
    kind: 'node-crash',
    aims: 'node',
    group: 'node',
    durationMsMax: 8000,
    model:
      'A node dies between two steps and starts again from nothing when the fault ends. What it had sent to Redis may still be applied. ' +
      'No `finally` runs, and no memory survives.',
    begin: (world, fault) => {
      for (const node of nodesOf(world, fault)) if (node.crash()) world.hit(fault, node.name);
    },
    end: (world, fault) => {
      for (const node of nodesOf(world, fault)) node.start();
    },
  },
  {
    kind: 'deploy',
    aims: 'node',
    group: 'node',
    durationMsMax: 15_000,
    model:
      'Nodes are stopped in good order and started again, one after the other, beginning with the one that it hits; a stop that takes longer than ' +
      '10 s or outlasts the fault is killed. A node that stops is not killed before that.',
    begin: (world, fault) => {
      const deployment = new Deployment(world.kernel, (node) => world.hit(fault, node));
      world.deployments.set(fault, deployment);
      deployment.replace(deployOrder(world, fault));
    },
    end: endDeployment,
  },
  {
    kind: 'mixed-versions',
    aims: 'node',
    group: 'node',
    durationMsMax: 20_000,
    needsOtherVersion: true,
    model:
      'A deployment replaces nodes by the other version of the system, one after the other, beginning with the one that it hits, and in its second ' +
      'half brings the current version back: meanwhile both serve side by side. ' +
      'After its end no other version runs, and before it at most one node at a time is down by it.',
    begin: (world, fault) => {
      const nodes = deployOrder(world, fault);
      const onStop = (node: string): void => world.hit(fault, node);
      world.deployments.set(fault, new MixedVersions(world.kernel, nodes, fault, onStop));
    },
    end: endDeployment,
  },
  {
    kind: 'node-stall',
    aims: 'node',
    group: 'node',
    durationMsMax: 5000,
    model:
      "A node's event loop stands still, as in a long garbage collection; then all that was due comes in order, or its timers first. Nothing is lost.",
    begin: (world, fault) => {
      world.faults.open(fault);
      for (const node of nodesOf(world, fault)) if (node.stall()) world.hit(fault, node.name);
    },
    end: (world, fault) => {
      world.faults.close(fault);
      const isTimersFirst = world.draws.fraction(scopeOf(fault.id, 'timers-first'), 0) < 0.5;
      for (const node of nodesOf(world, fault))
        if (world.faults.of('node-stall', node.name).length === 0) node.resume(isTimersFirst);
    },
  },
  window(
    'timers-late',
    'time',
    6000,
    'Timers of a node fire up to 500 ms later than usual. None is lost, fires early or overtakes another.',
  ),
  clock('clock-skew', "A node's wall clock is off by up to 5 s, either way. Monotonic time and timers are not."),
  clock(
    'clock-jump',
    "A node's wall clock jumps by up to 10 minutes, either way, and back at the end. Monotonic time and timers never jump.",
  ),
  window(
    'failpoint-error',
    'point',
    6000,
    'What the system does at a point that it names fails with an error. Nothing fails elsewhere.',
  ),
  window(
    'failpoint-delay',
    'point',
    6000,
    'What the system does at a point that it names takes up to 3 s. It ends with the fault at the latest, and does not fail.',
  ),
] as const satisfies readonly FaultKind[];
