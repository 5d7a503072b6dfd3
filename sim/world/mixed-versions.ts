/**
 * Two versions of a system that run at the same time, with the same Redis and the same clients.
 *
 * Fault model. A rolling restart replaces nodes by the other version. Halfway through the fault it
 * brings the current version back in the same order, also to a node that is down then. With a low
 * rate only some of the nodes are replaced, as in a canary release. A node that crashes restarts
 * with the version it ran. At the end, all nodes that still run the other version are stopped at
 * once, and restarted with the current one; each has 10 s to stop. Before the end, the restart
 * never takes down more than one node at a time. A node that is down when its turn comes is
 * skipped.
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
  constructor(kernel: Kernel, nodes: readonly SimulatedNode[], fault: Fault, onStop: (node: string) => void) {
    this.#nodes = nodes.slice(0, Math.ceil(fault.rate * nodes.length));
    this.#deployment = new Deployment(kernel, fault, onStop);
    this.#deployment.replace(this.#nodes, 'other');
    kernel.schedule(Math.round(fault.durationMs * 500), TURN, () => {
      this.#deployment.replace(this.#nodes, 'current');
    });
  }

  end(over: () => void): void {
    for (const node of this.#nodes) node.version = 'current';
    this.#deployment.replace([], 'current');
    this.#deployment.end(over, this.#nodes);
  }
}
