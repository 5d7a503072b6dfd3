/**
 * What every command receives: its working folder, its output, the interrupt and its workers.
 */
import { workerThreads } from '../api/worker-threads.ts';
import type { Workers } from '../api/workers.ts';
import { commandPrefix } from '../project/shell-command.ts';
import type { Interrupt } from './interrupt.ts';
import type { Output } from './output.ts';

export interface PoolFlags {
  /** Number of workers. */
  readonly jobs: number;
  /** Time limit for one step, in milliseconds. */
  readonly stuckTime: number;
}

export class Session {
  readonly workingFolder: string;
  readonly output: Output;
  readonly interrupt: Interrupt;
  readonly nowMs: () => number;
  #workers: Workers | null = null;

  constructor(parts: { workingFolder: string; output: Output; interrupt: Interrupt; nowMs: () => number }) {
    this.workingFolder = parts.workingFolder;
    this.output = parts.output;
    this.interrupt = parts.interrupt;
    this.nowMs = parts.nowMs;
  }

  /** The workers. They start at the first call. */
  workers({ jobs, stuckTime }: PoolFlags): Workers {
    this.#workers ??= workerThreads({ jobs, stuckMs: stuckTime });
    return this.#workers;
  }

  /** A command that can be pasted, such as `npm run sim -- replay a1b2c3`. */
  command(...parameters: string[]): string {
    return [commandPrefix(this.workingFolder), ...parameters].join(' ');
  }

  async close(): Promise<void> {
    this.output.clearProgress();
    this.interrupt.dispose();
    await this.#workers?.close();
  }
}
