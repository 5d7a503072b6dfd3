/**
 * A new deployment: nodes are stopped in good order and started again, one after the other.
 *
 * Fault model. A node is asked to end, as by SIGTERM; when it has, its next life begins a moment later, and after another moment it is the
 * next node's turn. One that has not ended in time is killed, as is one that is being stopped when the fault ends. A node that is
 * down anyway is passed over. Never is more than one node stopped at a time by one deployment.
 */
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SimulatedNode } from './node.ts';

const DEPLOYMENT: Domain = { name: 'deployment', alive: true };

/** As long as `docker stop` waits. */
const KILLED_AFTER_MS = 10_000;
const DOWN_MS = 500;
const BETWEEN_MS = 1000;

export class Deployment {
  readonly #kernel: Kernel;
  readonly #waiting: SimulatedNode[];
  readonly #onStop: (node: string) => void;
  /** The node that is being stopped, or is down. */
  #current: SimulatedNode | null = null;
  #isOver = false;

  constructor(kernel: Kernel, nodes: readonly SimulatedNode[], onStop: (node: string) => void) {
    this.#kernel = kernel;
    this.#waiting = [...nodes];
    this.#onStop = onStop;
    this.#next();
  }

  end(): void {
    this.#isOver = true;
    this.#current?.crash();
    this.#current?.start();
    this.#current = null;
  }

  #next(): void {
    const node = this.#waiting.shift();
    if (node === undefined || this.#isOver) return;
    const { life } = node;
    const isStopping = node.stop(() => this.#stopped(node));
    if (!isStopping) {
      this.#next();
      return;
    }
    this.#current = node;
    this.#onStop(node.name);
    this.#later(KILLED_AFTER_MS, () => {
      if (this.#current !== node || node.life !== life) return;
      node.crash();
      this.#stopped(node);
    });
  }

  #stopped(node: SimulatedNode): void {
    this.#later(DOWN_MS, () => {
      node.start();
      this.#current = null;
      this.#later(BETWEEN_MS, () => this.#next());
    });
  }

  #later(ms: number, act: () => void): void {
    this.#kernel.schedule(ms * 1000, DEPLOYMENT, () => {
      if (!this.#isOver) act();
    });
  }
}
