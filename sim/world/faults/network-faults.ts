/**
 * Faults of connections between clients and nodes, at either level. See network/link.ts for the
 * model of a connection, network/partition.ts and network/slow-reader.ts for those two faults.
 */
import { scopeOf } from '../../kernel/draws.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { OpenLink } from '../../network/open-link.ts';
import type { Direction } from '../../network/partition.ts';
import type { World } from '../world.ts';
import type { FaultKind } from './fault-kind.ts';
import { windowFault } from './window-fault.ts';

/**
 * Applies a momentary fault to the connections that the target has then. Without any, nothing is
 * hit.
 */
function strike(
  linksOf: (world: World, target: string) => Iterable<OpenLink>,
  apply: (link: OpenLink) => void,
): FaultKind['begin'] {
  return (world, fault) => {
    for (const link of linksOf(world, fault.target)) {
      world.hit(fault, link.name);
      apply(link);
    }
  };
}

const ofClient = (world: World, client: string): Iterable<OpenLink> => world.network.linksOf(client);
const ofNode = (world: World, node: string): Iterable<OpenLink> => world.network.linksAt(node);

interface PartitionTexts<Name extends string> {
  readonly kind: Name;
  readonly effect: string;
}

function partition<const Name extends string>(
  texts: PartitionTexts<Name>,
  directionsOf: (world: World, fault: Fault) => Direction[],
): FaultKind<Name> {
  return {
    ...texts,
    aims: 'node',
    group: 'network',
    durationMsMax: 8000,
    never: 'Nothing is duplicated or reordered.',
    begin: (world, fault) => {
      const links = world.network.linksAt(fault.target);
      for (const link of links) world.hit(fault, link.name);
      world.network.partitions.begin(fault, links, directionsOf(world, fault));
    },
    end: (world, fault) => world.network.partitions.end(fault),
  };
}

export const NETWORK_FAULTS = [
  windowFault({
    kind: 'latency',
    aims: 'client',
    group: 'network',
    durationMsMax: 5000,
    effect: 'Frames to and from a client take up to 40 times longer.',
    never: 'No frame is lost, or reordered within a direction.',
  }),
  {
    kind: 'connection-loss',
    aims: 'client',
    group: 'network',
    durationMsMax: 0,
    effect: "A client's connections break. Each end notices in its own time, and data in flight is lost.",
    never: 'Data that arrives is never changed or duplicated.',
    begin: strike(ofClient, (link) => link.break()),
  },
  {
    kind: 'reconnect-storm',
    aims: 'node',
    group: 'network',
    durationMsMax: 0,
    effect: 'All connections of a node break at the same moment, as when the load balancer in front of it restarts.',
    never: 'The node does not go down, and no client is kept from reconnecting.',
    begin: strike(ofNode, (link) => link.break()),
  },
  {
    kind: 'half-open',
    aims: 'client',
    group: 'network',
    durationMsMax: 0,
    effect: 'A client vanishes without closing its connections. From then on nothing arrives, in either direction.',
    never: 'The node sees no error and no close.',
    begin: strike(ofClient, (link) => link.abandon()),
  },
  {
    kind: 'client-stall',
    aims: 'client',
    group: 'network',
    durationMsMax: 10_000,
    effect: 'A client stops reading and writing for a while, then continues where it stopped.',
    never: 'Nothing is lost.',
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
    effect:
      "A client reads only a few hundred bytes per second. Its node's operating system soon accepts no more, " +
      'and `bufferedAmount` grows. Over TCP it reads messages in up to eight parts each.',
    never: 'Nothing is lost or reordered.',
    begin: (world, fault) => {
      const links = () => world.network.linksOf(fault.target);
      world.network.slowReaders.begin(fault, links, (link) => world.hit(fault, link.name));
    },
    end: (world, fault) => world.network.slowReaders.end(fault),
  },
  partition(
    {
      kind: 'partition',
      effect:
        'Nothing passes between a node and its clients, in either direction. New connections wait. ' +
        'At its end everything arrives in order; after more than 5 s, connections with data in flight break instead.',
    },
    () => ['up', 'down'],
  ),
  partition(
    {
      kind: 'partition-one-way',
      effect:
        'Nothing passes between a node and its clients in one direction, while the other direction works. ' +
        'New connections wait. It ends as `partition` does.',
    },
    (world, fault) => (world.draws.fraction(scopeOf(fault.id, 'direction'), 0) < 0.5 ? ['up'] : ['down']),
  ),
] as const satisfies readonly FaultKind[];
