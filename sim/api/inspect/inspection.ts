/** Which step of a run is inspected. */
import { UsageError } from '../../project/usage-error.ts';
import type { RunReport } from '../../search/job.ts';

export interface Inspection {
  /** The step to stop in, or the first one after it that runs code of the user; 1 or more. */
  readonly atStep: number;
  /** Called with the inspector's address before the thread waits for a debugger. */
  readonly onWaiting: (url: string) => void;
}

/** Throws UsageError if a run ends before the step. */
export function checkStep(atStep: number, { steps, failure }: RunReport): void {
  const last = Math.max(steps, failure?.step ?? 0);
  if (atStep > last) throw new UsageError(`step ${atStep} cannot be inspected: the run ends at step ${last}`);
}
