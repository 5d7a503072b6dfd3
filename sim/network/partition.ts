/**
 * Partitions between a node and all clients.
 *
 * Fault model. As TCP has it: what is sent into a partition, in a direction it concerns, is sent again and again and arrives when it is over,
 * in order. Nobody is told. After some seconds without an acknowledgement an end gives its connection up, so that a connection with
 * something under way breaks; one on which nothing was sent lives on. Who dials is answered no sooner than the partition ends.
 * Nothing is lost on a connection that doesn't break, and nothing is doubled.
 */
import { scopeOf } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Fault } from '../kernel/fault.ts';
import type { FaultKind } from '../world/faults/fault-kind.ts';
import type { World } from '../world/world.ts';
import { NETWORK } from './domain.ts';
import type { Link } from './link.ts';

type Direction = 'up' | 'down';

interface Partition {
  readonly node: string;
  readonly directions: readonly Direction[];
  readonly links: readonly Link[];
}

/** After so long without an acknowledgement a connection is given up. */
const GIVEN_UP_AFTER_MS = 5000;

export class Partitions {
  readonly #kernel: Kernel;
  readonly #open = new Map<Fault, Partition>();
  #dials: { readonly node: string; readonly arrive: () => void }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Whether a dial is kept back; `arrive` is then called when the last partition of its node is over. */
  holds(node: string, arrive: () => void): boolean {
    if (this.#open.size === 0 || !this.#isCutOff(node)) return false;
    this.#dials.push({ node, arrive });
    return true;
  }

  begin(fault: Fault, links: readonly Link[], directions: readonly Direction[]): void {
    const partition = { node: fault.target, links, directions };
    this.#open.set(fault, partition);
    for (const link of links) for (const direction of directions) link[direction].block();
    if (fault.durationMs <= GIVEN_UP_AFTER_MS) return;
    this.#kernel.schedule(GIVEN_UP_AFTER_MS * 1000, NETWORK, () => {
      for (const link of links) if (directions.some((direction) => !link[direction].isIdle)) link.break();
    });
  }

  end(fault: Fault): void {
    const partition = this.#open.get(fault);
    this.#open.delete(fault);
    for (const link of partition?.links ?? [])
      for (const direction of partition?.directions ?? []) link[direction].unblock();
    const dials = this.#dials;
    this.#dials = dials.filter(({ node }) => this.#isCutOff(node));
    for (const { node, arrive } of dials) if (!this.#isCutOff(node)) this.#kernel.schedule(0, NETWORK, arrive);
  }

  #isCutOff(node: string): boolean {
    return [...this.#open.values()].some((partition) => partition.node === '*' || partition.node === node);
  }
}

function partition(kind: string, model: string, directionsOf: (world: World, fault: Fault) => Direction[]): FaultKind {
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

export const PARTITION_FAULTS: readonly FaultKind[] = [
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
];
