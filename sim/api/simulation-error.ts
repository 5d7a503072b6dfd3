/**
 * What a failing property test throws: all that is needed to see the failure again.
 */
import type { Seed } from '../kernel/seed.ts';
import { planLines } from '../report/plan-lines.ts';
import type { Scenario } from '../run/scenario.ts';
import type { FoundFailure } from './run.ts';

export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: Seed;
  /** The same for failures of one cause. */
  readonly signature: string;
  /** The replay file, absolute; null when none could be saved. */
  readonly file: string | null;
  /** What shows the failure again, to be pasted. */
  readonly command: string;

  /** `stack`: lines that say where the test was asked for, since the place of the throw tells nothing. */
  constructor(found: FoundFailure, scenario: Scenario, stack: string) {
    const { seed, plan, failure, file, command, lines } = found;
    const end = file === null ? -1 : -2;
    super([...lines.slice(0, end), ...planLines(plan, scenario.actors), ...lines.slice(end)].join('\n'));
    this.seed = seed;
    this.signature = failure.signature;
    this.file = file;
    this.command = command;
    this.stack = `${this.name}: ${this.message}\n${stack}`;
  }
}
