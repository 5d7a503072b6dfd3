/**
 * Deployments: nodes are stopped in good order and started again, one after the other.
 *
 * Fault model. A node is asked to end, as by SIGTERM; when it has, its next process begins a moment later, and after another moment it is the
 * next node's turn. One that has not ended in time is killed, as is one that is being stopped when the fault ends. A node that is
 * down anyway is passed over, also one that something else kills while it is being stopped: it begins again when that is over. Never is more
 * than one node stopped at a time by one deployment.
 */
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SystemVersion } from '../system/image.ts';
import type { NodeProcess } from './node-process.ts';
import type { ProcessEnd, SimulatedNode } from './node.ts';

const DEPLOYMENT: Domain = { name: 'deployment', alive: true };

/** As long as `docker stop` waits. */
const KILLED_AFTER_MS = 10_000;
const DOWN_MS = 500;
const BETWEEN_MS = 1000;

/** Of a node that is being stopped, or is down. */
interface Turn {
  readonly node: SimulatedNode;
  /** The one that is to end. */
  readonly process: NodeProcess;
  /** It took too long. */
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
   * Replaces the nodes in this order: by the version that each runs already, or by the given one where it runs another. Called again, it
   * takes another course: what was not reached is left, and a node that is down begins with what is wanted now.
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
    const isAsWanted = this.#version !== null && process?.version === this.#version;
    if (process === null || isAsWanted) {
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
