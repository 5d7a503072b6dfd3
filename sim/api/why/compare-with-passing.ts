/** Compares the run of a replay with the nearest one that passes. */
import { UsageError } from '../../project/usage-error.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { findPassingRun, type PassingRun } from '../../search/passing/passing-run.ts';
import type { ReplayResult } from '../execute-replay.ts';
import type { Workers } from '../workers.ts';

/**
 * Null if no run was found that passes. Throws UsageError if the run did not fail, or if its step
 * never ends. `name`: how the caller names the option.
 */
export async function compareWithPassing(
  { runner }: Workers,
  { plan, choices, stepsMax }: Pick<Replay, 'plan' | 'choices' | 'stepsMax'>,
  { report, source, bundle }: Exclude<ReplayResult, { verdict: 'invalid' }>,
  name: string,
  signal?: AbortSignal,
): Promise<PassingRun | null> {
  const { failure } = report;
  if (failure === null) throw new UsageError(`${name}: the run did not fail`);
  if (failure.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be compared`);
  const failing = { plan, choices, report, failure };
  return await findPassingRun(runner, bundle, { failing, scripts: source.scenario.actors, stepsMax, signal });
}
