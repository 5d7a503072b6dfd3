/**
 * Partitions between a node and all clients.
 *
 * Fault model. As over TCP, what is sent into a partition is retransmitted. It arrives in order
 * when the partition is over, in the directions that the partition concerns. Neither end is
 * notified. After some seconds without an acknowledgement an end gives up: a connection with
 * something under way breaks, on TCP with ETIMEDOUT at the end that sent it. A connection on which
 * nothing was sent survives. Dialling is answered only after the partition. On a connection that
 * does not break, nothing is lost or repeated.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Fault } from '../kernel/fault.ts';
import { NETWORK } from './domain.ts';
import type { OpenLink } from './open-link.ts';

export type Direction = 'up' | 'down';

interface Partition {
  readonly node: string;
  readonly directions: readonly Direction[];
  readonly links: readonly OpenLink[];
}

/** A connection breaks after this time without an acknowledgement. */
const UNACKNOWLEDGED_MS_MAX = 5000;

export class Partitions {
  readonly #kernel: Kernel;
  readonly #open = new Map<Fault, Partition>();
  #waitingConnects: { readonly node: string; readonly arrive: () => void }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Keeps a dial back while its node is partitioned; `arrive` is then called after the last
   * partition.
   */
  holds(node: string, arrive: () => void): boolean {
    if (this.#open.size === 0 || !this.#isCutOff(node)) return false;
    this.#waitingConnects.push({ node, arrive });
    return true;
  }

  begin(fault: Fault, links: readonly OpenLink[], directions: readonly Direction[]): void {
    const partition = { node: fault.target, links, directions };
    this.#open.set(fault, partition);
    for (const link of links) for (const direction of directions) link[direction].block();
    if (fault.durationMs <= UNACKNOWLEDGED_MS_MAX) return;
    this.#kernel.schedule(UNACKNOWLEDGED_MS_MAX * 1000, NETWORK, () => {
      for (const link of links)
        if (directions.some((direction) => !link[direction].isIdle)) link.break('unacknowledged');
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
