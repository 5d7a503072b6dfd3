/**
 * Runs a job with the block coverage of V8, and keeps what one step adds to it. In this thread,
 * since counts are read between two steps.
 */
import { UsageError } from '../../project/usage-error.ts';
import type { LinesOfStep } from '../../report/code/step-lines.ts';
import { stepsOfWhy } from '../../report/why/why.ts';
import type { RunJob, RunReport } from '../../search/job.ts';
import { partsOf } from '../covered/step-parts.ts';
import { Coverage, type CoveredScript } from '../covered/coverage.ts';
import { coveredCode } from '../covered/covered-code.ts';
import { InProcessRunner } from '../in-process-runner.ts';
import type { RanOn } from '../report-lines.ts';

/** Number of steps to look at until one runs code of the system. */
const STEPS_MAX = 50;

/**
 * The lines of `wanted`, or of the next step that runs code of the system. For `true`: of the last
 * such step that led to the failure, those of the records about what it names first.
 *
 * `name`: how the caller names the option. Throws UsageError for a step that the run has not, if
 * there is none to look at, and if the run is not the one that the report is of; LoadError if the
 * code has changed.
 */
export async function linesOfStep(
  ranOn: RanOn,
  job: RunJob,
  report: RunReport,
  wanted: true | number,
  name: string,
): Promise<LinesOfStep> {
  const steps = stepsFor(wanted, report, name);
  const { bundle, isOfSystem, sourceOf } = await coveredCode(ranOn);
  const coverage = await Coverage.start();
  const taken = new Map<number, readonly CoveredScript[]>();
  let current = 0;
  const look = (next: number): void => {
    const isWanted = steps.includes(current);
    if (!isWanted && !steps.includes(next)) return;
    const scripts = coverage.takeScripts(isOfSystem);
    if (isWanted) taken.set(current, scripts);
  };
  // A step begins when the one before it has ended.
  const onStep = (step: number): void => {
    look(step);
    current = step;
  };
  const runner = new InProcessRunner({ onStep });
  try {
    const { digest } = await runner.run(bundle, job);
    look(0);
    if (digest !== report.digest) throw new UsageError(`${name}: the run differs when its lines are counted`);
    for (const step of steps) {
      const parts = partsOf(taken.get(step) ?? [], sourceOf);
      if (parts.lines.length > 0) return { step, ...parts };
    }
  } finally {
    coverage.stop();
    await runner.close();
  }
  throw new UsageError(`${name}: none of these steps runs code of the system: ${steps.join(', ')}`);
}

/** In the order in which they are wanted. */
function stepsFor(wanted: true | number, report: RunReport, name: string): readonly number[] {
  const { failure, records = [], causes = [], places } = report;
  if (failure?.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be repeated`);
  const last = Math.max(report.steps, failure?.step ?? 0);
  if (wanted !== true) {
    if (wanted > last) throw new UsageError(`${name}: the run ends at step ${last}`);
    return Array.from({ length: Math.min(STEPS_MAX, last - wanted + 1) }, (_, index) => wanted + index);
  }
  if (failure === null || records.length === 0)
    throw new UsageError(`${name}: the run did not fail, so name a step (expected a number from 1 to ${last})`);
  const { own, led } = stepsOfWhy({ records, causes, places }, failure);
  return [...own, ...led].slice(0, STEPS_MAX);
}
