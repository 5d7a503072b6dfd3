/**
 * The error of a failing property test. Its message has everything needed to reproduce the failure.
 */
import type { Seed } from '../kernel/seed.ts';
import type { FoundFailure } from './found-failure.ts';

export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: Seed;
  /** Equal for failures with the same cause. */
  readonly signature: string;
  /** Absolute path of the replay; null when none could be saved. */
  readonly file: string | null;
  /** Shows the failure again when pasted. */
  readonly command: string;

  /**
   * `stack`: the stack of the call to `simulate`, since the stack of the throw has no frame of the
   * user.
   */
  constructor({ seed, failure, file, command, lines }: FoundFailure, stack: string) {
    super(lines.join('\n'));
    this.seed = seed;
    this.signature = failure.signature;
    this.file = file;
    this.command = command;
    this.stack = `${this.name}: ${this.message}\n${stack}`;
  }
}
