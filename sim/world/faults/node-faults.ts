/**
 * Faults of nodes. See world/node-process.ts, node-stall.ts, conditions.ts, deployment.ts and
 * mixed-versions.ts for the models.
 */
import { scopeOf } from '../../kernel/draws.ts';
import { Deployment } from '../deployment.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { FaultKind } from './fault-kind.ts';
import { MixedVersions } from '../mixed-versions.ts';
import type { SimulatedNode } from '../node.ts';
import { reasonOf } from './reason.ts';
import { windowFault } from './window-fault.ts';
import type { World } from '../world.ts';

function nodesOf(world: World, { target }: Fault): readonly SimulatedNode[] {
  return [...world.nodes.values()].filter(({ name }) => target === '*' || name === target);
}

interface ClockTexts<Name extends string> {
  readonly kind: Name;
  readonly effect: string;
  readonly never: string;
}

/**
 * A fault of the wall clock hits every node that it aims at, whether or not the node reads the
 * clock.
 */
function clock<const Name extends string>(texts: ClockTexts<Name>): FaultKind<Name> {
  const fault = windowFault({ ...texts, aims: 'node', group: 'time', durationMsMax: 10_000 });
  return {
    ...fault,
    begin: (world, planned) => {
      fault.begin(world, planned);
      for (const node of nodesOf(world, planned)) world.hit(planned, node.name);
    },
  };
}

/** All nodes in their order, beginning with the target. */
function deployOrder(world: World, { target }: Fault): readonly SimulatedNode[] {
  const nodes = [...world.nodes.values()];
  const first = Math.max(
    0,
    nodes.findIndex(({ name }) => name === target),
  );
  return [...nodes.slice(first), ...nodes.slice(0, first)];
}

function endDeployment(world: World, fault: Fault, over: () => void): 'continues' {
  world.deployments.get(fault)?.end(over);
  world.deployments.delete(fault);
  return 'continues';
}

export const NODE_FAULTS = [
  {
    kind: 'node-crash',
    aims: 'node',
    group: 'node',
    durationMsMax: 8000,
    effect:
      "A node's process dies between two steps. A new one starts from nothing when the fault ends. " +
      'Commands that it had sent to Redis may still be applied.',
    never: 'No `finally` block runs, and no memory survives.',
    begin: (world, fault) => {
      for (const node of nodesOf(world, fault)) if (node.crash(reasonOf(fault))) world.hit(fault, node.name);
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
    effect:
      'Rolling restart: each node is stopped gracefully and restarted in turn, beginning with the target. ' +
      'A stop that takes longer than 10 s is killed. After the fault no further node is stopped.',
    never: 'The restart does not kill a node earlier, not even at the end of the fault or at the heal.',
    begin: (world, fault) => {
      const deployment = new Deployment(world.kernel, fault, (node) => world.hit(fault, node));
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
    effect:
      'A rolling restart replaces nodes by the other version of the system, beginning with the target. ' +
      'Halfway through, it brings the current version back. In between, both versions serve the same clients. ' +
      'At its end, all nodes that still run the other version are stopped at once. ' +
      'Only for scenarios that declare another version.',
    never:
      'No node is killed unless its stop takes longer than 10 s. ' +
      'Before the end of the fault, the restart takes down at most one node at a time.',
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
    effect:
      "A node's event loop stands still, as in a long garbage collection. " +
      'Afterwards it processes everything that came due, in order or timers first.',
    never: 'Nothing is lost.',
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
  windowFault({
    kind: 'timers-late',
    aims: 'node',
    group: 'time',
    durationMsMax: 6000,
    effect: "A node's timers fire up to 500 ms later than usual.",
    never: 'No timer is lost, fires early or overtakes another.',
  }),
  clock({
    kind: 'clock-skew',
    effect: "A node's wall clock is off by up to 5 s, in either direction.",
    never: 'Monotonic time and timers are not affected.',
  }),
  clock({
    kind: 'clock-jump',
    effect: "A node's wall clock jumps by up to 10 minutes, in either direction, and jumps back at the end.",
    never: 'Monotonic time and timers do not jump.',
  }),
  windowFault({
    kind: 'failpoint-error',
    aims: 'node',
    group: 'point',
    durationMsMax: 6000,
    effect: 'A failpoint of the system rejects with an error.',
    never: 'Nothing else fails.',
  }),
  windowFault({
    kind: 'failpoint-delay',
    aims: 'node',
    group: 'point',
    durationMsMax: 6000,
    effect: 'A failpoint of the system resolves up to 3 s late, or at the end of the fault if that is earlier.',
    never: 'The failpoint does not reject.',
  }),
] as const satisfies readonly FaultKind[];
