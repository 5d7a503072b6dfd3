/** Collects what one end of a connection writes within a turn. It travels as one burst. */
import type { Kernel } from '../../kernel/kernel.ts';
import { NETWORK } from '../domain.ts';

/** What was written within one turn. */
export interface Burst {
  readonly bytes: Buffer;
  /** Nothing follows. */
  readonly isEnd: boolean;
  /** Counted from 1. */
  readonly number: number;
}

const NOTHING = Buffer.alloc(0);

export class BurstBuffer {
  readonly #kernel: Kernel;
  readonly #send: (burst: Burst) => void;
  #parts: Buffer[] = [];
  #size = 0;
  #sent = 0;
  #isFlushing = false;

  constructor(kernel: Kernel, send: (burst: Burst) => void) {
    this.#kernel = kernel;
    this.#send = send;
  }

  /** Bytes that have not been sent. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes, which are sent at the end of the turn. */
  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#kernel.schedule(0, NETWORK, () => this.#flush(false));
  }

  /** Sends what was added, and that nothing follows. */
  end(): void {
    this.#flush(true);
  }

  #flush(isEnd: boolean): void {
    this.#isFlushing = false;
    if (this.#parts.length === 0 && !isEnd) return;
    const [only = NOTHING] = this.#parts;
    const bytes = this.#parts.length > 1 ? Buffer.concat(this.#parts) : only;
    this.#parts = [];
    this.#size = 0;
    this.#sent += 1;
    this.#send({ bytes, isEnd, number: this.#sent });
  }
}
