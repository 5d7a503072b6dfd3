/**
 * A rolling restart: each node is stopped gracefully and restarted in turn.
 *
 * Fault model. A node is stopped, as by SIGTERM. When its process has ended, the next one starts
 * after a short pause, and after another pause the next node is stopped. A process that has not
 * ended after 10 s is killed, and so is one that is still stopping when the fault ends. A node that
 * is down already is skipped. A node that another fault kills while it stops is left to that fault,
 * which restarts it. A deployment never takes down more than one node at a time.
 */
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SystemVersion } from '../system/image.ts';
import type { NodeProcess } from './node-process.ts';
import type { ProcessEnd, SimulatedNode } from './node.ts';

const DEPLOYMENT: Domain = { name: 'deployment', alive: true };

/** The default of `docker stop`. */
const KILLED_AFTER_MS = 10_000;
const DOWN_MS = 500;
const BETWEEN_MS = 1000;

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
  readonly #onStop: (node: string) => void;
  #waiting: SimulatedNode[] = [];
  #version: SystemVersion | null = null;
  #turn: Turn | null = null;
  #isPausing = false;
  #isOver = false;

  constructor(kernel: Kernel, onStop: (node: string) => void) {
    this.#kernel = kernel;
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
    if (this.#turn === null && !this.#isPausing) this.#next();
  }

  end(): void {
    this.#isOver = true;
    if (this.#turn === null) return;
    const { node, process } = this.#turn;
    this.#turn = null;
    if (node.process === process) node.crash();
    node.start();
  }

  #next(): void {
    const node = this.#waiting.shift();
    if (node === undefined || this.#isOver) return;
    const { process } = node;
    const isUpToDate = this.#version !== null && process?.version === this.#version;
    if (process === null || isUpToDate) {
      this.#next();
      return;
    }
    const turn: Turn = { node, process, isKilled: false };
    if (!node.stop((how) => this.#onOver(turn, how))) {
      this.#next();
      return;
    }
    this.#turn = turn;
    this.#onStop(node.name);
    this.#later(KILLED_AFTER_MS, () => {
      if (this.#turn !== turn || node.process !== process) return;
      turn.isKilled = true;
      node.crash();
    });
  }

  #onOver(turn: Turn, how: ProcessEnd): void {
    if (this.#isOver) return;
    if (how === 'crashed' && !turn.isKilled) this.#pause();
    else this.#later(DOWN_MS, () => this.#startAgain(turn.node));
  }

  #startAgain(node: SimulatedNode): void {
    if (this.#version !== null && node.process === null) node.version = this.#version;
    node.start();
    this.#pause();
  }

  #pause(): void {
    this.#turn = null;
    this.#isPausing = true;
    this.#later(BETWEEN_MS, () => {
      this.#isPausing = false;
      this.#next();
    });
  }

  #later(ms: number, act: () => void): void {
    this.#kernel.schedule(ms * 1000, DEPLOYMENT, () => {
      if (!this.#isOver) act();
    });
  }
}
