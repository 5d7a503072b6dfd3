/**
 * Faults of connections. See link.ts for the model of a connection.
 */
import { scopeOf } from '../../kernel/draws.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { FaultKind } from './fault-kind.ts';
import type { World } from '../world.ts';
import type { Link } from '../../network/link.ts';
import type { Direction } from '../../network/partition.ts';

/** Applies a sudden fault to the connections its target has at that moment. Without any, nothing is hit. */
function strike(apply: (link: Link) => void): FaultKind['begin'] {
  return (world: World, fault: Fault) => {
    for (const link of world.network.linksOf(fault.target)) {
      world.hit(fault, link.name);
      apply(link);
    }
  };
}

function partition<Name extends string>(
  kind: Name,
  model: string,
  directionsOf: (world: World, fault: Fault) => Direction[],
): FaultKind<Name> {
  return {
    kind,
    aims: 'node',
    group: 'network',
    durationMsMax: 8000,
    model,
    begin: (world, fault) => {
      const links = world.network.linksAt(fault.target);
      for (const link of links) world.hit(fault, link.name);
      world.network.partitions.begin(fault, links, directionsOf(world, fault));
    },
    end: (world, fault) => world.network.partitions.end(fault),
  };
}

export const NETWORK_FAULTS = [
  {
    kind: 'latency',
    aims: 'client',
    group: 'network',
    durationMsMax: 5000,
    model: 'Frames to and from a client take up to 40 times longer. Never reordered within a direction, never lost.',
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => world.faults.close(fault),
  },
  {
    kind: 'connection-loss',
    aims: 'client',
    group: 'network',
    durationMsMax: 0,
    model:
      "A client's connections break; both ends learn of it in their own time, what was under way is lost. Data is never changed or doubled.",
    begin: strike((link) => link.break()),
  },
  {
    kind: 'reconnect-storm',
    aims: 'node',
    group: 'network',
    durationMsMax: 0,
    model:
      'All connections of a node break in the same moment, as when a balancer before it restarts. The node lives on, and nobody is kept from dialling again.',
    begin: (world, fault) => {
      for (const link of world.network.linksAt(fault.target)) {
        world.hit(fault, link.name);
        link.break();
      }
    },
  },
  {
    kind: 'half-open',
    aims: 'client',
    group: 'network',
    durationMsMax: 0,
    model: 'A client is gone and its node is not told: nothing arrives any more, either way. The node sees no error.',
    begin: strike((link) => link.abandon()),
  },
  {
    kind: 'client-stall',
    aims: 'client',
    group: 'network',
    durationMsMax: 10_000,
    model: 'A client neither reads nor writes for a while, then goes on where it was. Nothing is lost.',
    begin: (world, fault) => {
      if (world.network.stall(fault.target) > 0) world.hit(fault, fault.target);
    },
    end: (world, fault) => world.network.resume(fault.target),
  },
  {
    kind: 'slow-reader',
    aims: 'client',
    group: 'network',
    durationMsMax: 10_000,
    model:
      "A client reads only some hundred bytes a second, and its node's operating system soon takes no more: `bufferedAmount` grows. Frames arrive whole " +
      'and in order, none is lost.',
    begin: (world, fault) => {
      const links = () => world.network.linksOf(fault.target);
      world.network.slowReaders.begin(fault, links, (link) => world.hit(fault, link.name));
    },
    end: (world, fault) => world.network.slowReaders.end(fault),
  },
  partition(
    'partition',
    'Nothing passes between a node and its clients, either way; new connections wait. Afterwards everything arrives in order; after 5 s connections ' +
      'with something under way break instead. Nothing is doubled or reordered.',
    () => ['up', 'down'],
  ),
  partition(
    'partition-one-way',
    'Nothing passes between a node and its clients in one direction, and the other still works; new connections wait. Ends as a partition does. ' +
      'Nothing is doubled or reordered.',
    (world, fault) => (world.draws.fraction(scopeOf(fault.id, 'direction'), 0) < 0.5 ? ['up'] : ['down']),
  ),
] as const satisfies readonly FaultKind[];
