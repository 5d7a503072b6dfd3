/**
 * Partitions between a node and all clients.
 *
 * Fault model. As TCP has it: what is sent into a partition, in a direction it concerns, is sent again and again and arrives when it is over,
 * in order. Nobody is told. After some seconds without an acknowledgement an end gives its connection up, so that a connection with
 * something under way breaks; one on which nothing was sent lives on. Who dials is answered no sooner than the partition ends.
 * Nothing is lost on a connection that doesn't break, and nothing is doubled.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Fault } from '../kernel/fault.ts';
import { NETWORK } from './domain.ts';
import type { Link } from './link.ts';

export type Direction = 'up' | 'down';

interface Partition {
  readonly node: string;
  readonly directions: readonly Direction[];
  readonly links: readonly Link[];
}

/** Time without an acknowledgement after which TCP gives a connection up. */
const UNACKNOWLEDGED_MS_MAX = 5000;

export class Partitions {
  readonly #kernel: Kernel;
  readonly #open = new Map<Fault, Partition>();
  #waitingConnects: { readonly node: string; readonly arrive: () => void }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Whether a dial is kept back; `arrive` is then called when the last partition of its node is over. */
  holds(node: string, arrive: () => void): boolean {
    if (this.#open.size === 0 || !this.#isCutOff(node)) return false;
    this.#waitingConnects.push({ node, arrive });
    return true;
  }

  begin(fault: Fault, links: readonly Link[], directions: readonly Direction[]): void {
    const partition = { node: fault.target, links, directions };
    this.#open.set(fault, partition);
    for (const link of links) for (const direction of directions) link[direction].block();
    if (fault.durationMs <= UNACKNOWLEDGED_MS_MAX) return;
    this.#kernel.schedule(UNACKNOWLEDGED_MS_MAX * 1000, NETWORK, () => {
      for (const link of links) if (directions.some((direction) => !link[direction].isIdle)) link.break();
    });
  }

  end(fault: Fault): void {
    const partition = this.#open.get(fault);
    this.#open.delete(fault);
    for (const link of partition?.links ?? [])
      for (const direction of partition?.directions ?? []) link[direction].unblock();
    const dials = this.#waitingConnects;
    this.#waitingConnects = dials.filter(({ node }) => this.#isCutOff(node));
    for (const { node, arrive } of dials) if (!this.#isCutOff(node)) this.#kernel.schedule(0, NETWORK, arrive);
  }

  #isCutOff(node: string): boolean {
    return [...this.#open.values()].some((partition) => partition.node === '*' || partition.node === node);
  }
}
