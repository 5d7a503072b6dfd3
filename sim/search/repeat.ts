/**
 * Checks determinism: repeats a run and looks for the first difference.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Failure } from '../run/run-verdict.ts';
import { type Difference, firstDifference, whoOf } from './first-difference.ts';
import type { RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';

export interface Repeated {
  readonly failure: Failure;
  /** Null when two further, detailed runs were the same. */
  readonly difference: Difference | null;
  /** The records before the difference, of one of the runs. */
  readonly records: readonly RunRecord[];
  readonly report: RunReport;
}

/** A job that runs twice in one worker. State that the first run leaves shows in the second. */
export function repeating(job: RunJob): RunJob {
  return { ...job, repeatAfter: [] };
}

/**
 * Compares the two runs of a repeating job. Null when they are the same, or when one run was stuck
 * and cannot be compared. The second run evaluates the system's modules for each process. State in
 * modules, which processes of the first run may share, then shows as a difference.
 */
export async function compareRepeated(
  runner: JobRunner,
  bundle: Bundle,
  job: RunJob,
  before: RunReport,
): Promise<Repeated | null> {
  const { again } = before;
  if (again === undefined || isStuck(before) || again.digest === before.digest) return null;
  const left = await runner.run(bundle, { ...repeating(job), detailed: true });
  const right = left.again;
  if (right === undefined || isStuck(left)) return null;
  const difference = firstDifference(left.records ?? [], right.records ?? []);
  const record = difference?.left ?? difference?.right ?? null;
  const place = record === null ? '' : `; the first difference is in what ${whoOf(record)} does`;
  const failure: Failure = {
    verdict: 'nondeterminism',
    step: record?.step ?? Math.min(before.steps, again.steps),
    atMs: record?.atMs ?? 0,
    signature: 'nondeterminism',
    text: `two runs of this seed have the digests ${before.digest} and ${again.digest}: something besides the seed decides${place}`,
  };
  const records = (left.records ?? []).slice(0, difference?.index ?? 0);
  return { failure, difference, records, report: left };
}

/**
 * A run that the watchdog ended has no digest: where it was stopped depends on the machine's speed.
 */
function isStuck({ failure }: RunReport): boolean {
  return failure?.verdict === 'stuck';
}
