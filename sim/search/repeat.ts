/**
 * Proof of determinism: a run is repeated, and what differs is looked for.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Failure } from '../run/run-verdict.ts';
import { type Difference, firstDifference, whoOf } from './first-difference.ts';
import type { RunJob, RunReport } from './job.ts';
import type { JobRunner } from './job-runner.ts';

export interface Repeated {
  readonly failure: Failure;
  /** Null when two more runs, looked at closely, were the same. */
  readonly difference: Difference | null;
  /** What led to the difference, in one of the runs. */
  readonly records: readonly RunRecord[];
  readonly report: RunReport;
}

/**
 * Runs a job again; null when it did the same as before, or when there is nothing to compare since one of the two was stopped from outside.
 * The second run evaluates the system's modules for each process, so that state in them, which the
 * first may have shared between lives, shows as a difference.
 */
export async function repeat(
  pool: JobRunner,
  bundle: number,
  job: RunJob,
  before: RunReport,
): Promise<Repeated | null> {
  if (isStuck(before)) return null;
  const again = await pool.run(bundle, { ...job, freshModules: true });
  if (isStuck(again) || again.digest === before.digest) return null;
  const left = await pool.run(bundle, { ...job, detailed: true });
  const right = await pool.run(bundle, { ...job, detailed: true, freshModules: true });
  if (isStuck(left) || isStuck(right)) return null;
  const difference = firstDifference(left.records ?? [], right.records ?? []);
  const at = difference?.left ?? difference?.right ?? null;
  const first = at === null ? '' : `, first in what ${whoOf(at)} does`;
  const failure: Failure = {
    verdict: 'nondeterminism',
    step: at?.step ?? Math.min(before.steps, again.steps),
    atMs: at?.atMs ?? 0,
    signature: 'nondeterminism',
    text: `the same seed gave ${before.digest} and then ${again.digest}: something besides the seed decides${first}`,
  };
  const records = (left.records ?? []).slice(0, difference?.index ?? 0);
  return { failure, difference, records, report: left };
}

/** Nobody knows what a run did that never came back: how long a machine takes is no choice of the seed's. */
function isStuck({ failure }: RunReport): boolean {
  return failure?.verdict === 'stuck';
}
