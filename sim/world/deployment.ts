/**
 * A rolling restart: each node is stopped gracefully and restarted in turn.
 *
 * Fault model. A node is stopped, as by SIGTERM. When its process has ended, the next one starts
 * after a short pause, and after another pause the next node is stopped. A process that has not
 * ended after 10 s is killed, never earlier: a node that is stopping when the fault ends, also at
 * the heal, still has its 10 s. A node that is down already is skipped. A node that another fault
 * kills while it stops is left to that fault, which restarts it. Before its end, a deployment never
 * takes down more than one node at a time.
 */
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SystemVersion } from '../system/image.ts';
import type { Fault } from '../kernel/fault.ts';
import { reasonOf } from './faults/reason.ts';
import type { NodeProcess } from './node-process.ts';
import type { ProcessEnd, SimulatedNode } from './node.ts';

const DEPLOYMENT: Domain = { name: 'deployment', alive: true };

/** The default of `docker stop`. */
const KILLED_AFTER_MS = 10_000;
const DOWN_MS = 500;
const BETWEEN_MS = 1000;

/** The longest time from the end of a deployment until the nodes that it stops start again. */
export const DEPLOYMENT_MS_MAX = KILLED_AFTER_MS + DOWN_MS;

/** The restart of one node. */
interface Turn {
  readonly node: SimulatedNode;
  /** The process to end. */
  readonly process: NodeProcess;
  /** The deployment has killed the process because it took too long to stop. */
  isKilled: boolean;
}

export class Deployment {
  readonly #kernel: Kernel;
  readonly #fault: Fault;
  readonly #onStop: (node: string) => void;
  #waiting: SimulatedNode[] = [];
  #version: SystemVersion | null = null;
  /** More than one only after the end. */
  readonly #turns = new Set<Turn>();
  #isPausing = false;
  #onOver: (() => void) | null = null;

  constructor(kernel: Kernel, fault: Fault, onStop: (node: string) => void) {
    this.#kernel = kernel;
    this.#fault = fault;
    this.#onStop = onStop;
  }

  /**
   * Restarts the nodes in this order. Without a version, each node keeps the version it runs; with
   * one, only nodes that run the other version are restarted. A second call replaces the order and
   * the version of the first: nodes that were not reached are left, and a node that is down starts
   * with the new version.
   */
  replace(nodes: readonly SimulatedNode[], version: SystemVersion | null = null): void {
    this.#waiting = [...nodes];
    this.#version = version;
    if (this.#turns.size === 0 && !this.#isPausing) this.#next();
  }

  /**
   * Leaves the nodes that were not reached, and stops those of `atOnce` that run another version.
   * Calls `over` when every node that it has stopped is restarted.
   */
  end(over: () => void, atOnce: readonly SimulatedNode[] = []): void {
    this.#waiting = [];
    this.#onOver = over;
    for (const node of atOnce) this.#stop(node);
    this.#finish();
  }

  #next(): void {
    for (let node = this.#waiting.shift(); node !== undefined; node = this.#waiting.shift())
      if (this.#stop(node)) return;
  }

  /** False for a node that is down, stopping already or has the right version. */
  #stop(node: SimulatedNode): boolean {
    const { process } = node;
    if (process === null || (this.#version !== null && process.version === this.#version)) return false;
    const turn: Turn = { node, process, isKilled: false };
    if (!node.stop((how) => this.#stopped(turn, how))) return false;
    this.#turns.add(turn);
    this.#onStop(node.name);
    this.#later(KILLED_AFTER_MS, () => {
      if (node.process !== process) return;
      turn.isKilled = true;
      node.crash(reasonOf(this.#fault, `it had not stopped after ${KILLED_AFTER_MS / 1000} s`));
    });
    return true;
  }

  #stopped(turn: Turn, how: ProcessEnd): void {
    if (how === 'crashed' && !turn.isKilled) this.#turnOver(turn);
    else this.#later(DOWN_MS, () => this.#startAgain(turn));
  }

  #startAgain(turn: Turn): void {
    const { node } = turn;
    if (this.#version !== null && node.process === null) node.version = this.#version;
    node.start();
    this.#turnOver(turn);
  }

  #turnOver(turn: Turn): void {
    this.#turns.delete(turn);
    if (this.#onOver !== null) {
      this.#finish();
      return;
    }
    this.#isPausing = true;
    this.#later(BETWEEN_MS, () => {
      this.#isPausing = false;
      this.#next();
    });
  }

  #finish(): void {
    if (this.#turns.size > 0) return;
    this.#onOver?.();
    this.#onOver = null;
  }

  #later(ms: number, act: () => void): void {
    this.#kernel.schedule(ms * 1000, DEPLOYMENT, act);
  }
}
