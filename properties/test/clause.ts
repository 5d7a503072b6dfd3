import type { SourceEdit } from '../../sim/index.ts';
import type { Plan } from '../../sim/plan/plan.ts';

/** An edit of the gateway that breaks one clause of a promise, and what must be said of that. */
export interface Clause {
  readonly property: string;
  /** What is broken, in words. */
  readonly broken: string;
  /** What the violation must be about. */
  readonly about: string;
  readonly edits: readonly SourceEdit[];
  /** What brings it out, where chance does so too rarely for a test. */
  readonly plan?: Plan;
  /** The property is judged alone, where another sees the same thing sooner. */
  readonly alone?: boolean;
}

export const inCore = (file: string, within: string, find: string, put: string): SourceEdit => ({
  file: `../core/${file}`,
  within,
  find,
  put,
});
