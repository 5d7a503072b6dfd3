/**
 * Two versions of a system side by side, on the same Redis and with the same clients.
 *
 * Fault model. A deployment replaces nodes by the other version, one after the other; half-way through the fault it turns round and brings
 * the current version back in the same order, also to a node that is down at that moment. A low rate stops after some of the nodes, as a
 * canary does. What crashes meanwhile starts again as what it was. Whatever runs the other version at the end is killed and started
 * again as the current one. Never does the other version outlast the fault, and never is more than one node down by one such deployment
 * before its end. A node that is down when its turn comes is passed over.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Domain } from '../kernel/heap.ts';
import { Deployment } from './deployment.ts';
import type { Fault } from '../kernel/fault.ts';
import type { SimulatedNode } from './node.ts';

const TURN: Domain = { name: 'turn of a deployment', alive: true };

export class MixedVersions {
  readonly #nodes: readonly SimulatedNode[];
  readonly #deployment: Deployment;

  /** `nodes` in the order of the deployment. */
  constructor(
    kernel: Kernel,
    nodes: readonly SimulatedNode[],
    { rate, durationMs }: Fault,
    onStop: (node: string) => void,
  ) {
    this.#nodes = nodes.slice(0, Math.ceil(rate * nodes.length));
    this.#deployment = new Deployment(kernel, onStop);
    this.#deployment.replace(this.#nodes, 'other');
    kernel.schedule(Math.round(durationMs * 500), TURN, () => {
      this.#deployment.replace(this.#nodes, 'current');
    });
  }

  end(): void {
    for (const node of this.#nodes) node.version = 'current';
    this.#deployment.end();
    for (const node of this.#nodes) {
      if (node.process?.version !== 'other') continue;
      node.crash();
      node.start();
    }
  }
}
