/**
 * What every command is given: where it works, how it speaks, and its workers.
 */
import type { SystemBundle } from '../load/bundle.ts';
import { Pool } from '../search/pool.ts';
import type { Interrupt } from './interrupt.ts';
import type { Output } from './output.ts';
import { commandPrefix } from './paste.ts';
import { workerUrl } from './simulator.ts';

export interface PoolFlags {
  readonly jobs: number;
  readonly stuckTime: number;
}

export class Session {
  readonly workingFolder: string;
  readonly output: Output;
  readonly interrupt: Interrupt;
  readonly nowMs: () => number;
  readonly #bundles = new Map<string, number>();
  #pool: Pool | null = null;

  constructor(parts: { workingFolder: string; output: Output; interrupt: Interrupt; nowMs: () => number }) {
    this.workingFolder = parts.workingFolder;
    this.output = parts.output;
    this.interrupt = parts.interrupt;
    this.nowMs = parts.nowMs;
  }

  /** Workers, started at the first call. */
  pool({ jobs, stuckTime }: PoolFlags): Pool {
    this.#pool ??= new Pool({ workerUrl, jobs, stuckMs: stuckTime });
    return this.#pool;
  }

  /** The pool's number for a bundle; each is handed over once. */
  register(pool: Pool, bundle: SystemBundle): number {
    const known = this.#bundles.get(bundle.codeHash) ?? pool.add(bundle);
    this.#bundles.set(bundle.codeHash, known);
    return known;
  }

  /** A command to paste, such as `npm run sim -- replay a1b2c3`. */
  command(...parameters: string[]): string {
    return [commandPrefix(this.workingFolder), ...parameters].join(' ');
  }

  async close(): Promise<void> {
    this.output.clearProgress();
    this.interrupt.dispose();
    await this.#pool?.close();
  }
}
