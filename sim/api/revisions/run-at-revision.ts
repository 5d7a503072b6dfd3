/** Runs a replay on the code of another revision, and compares both runs. */
import { LoadError } from '../../load/errors.ts';
import type { FoundReplay } from '../../project/find-replay.ts';
import { UsageError } from '../../project/usage-error.ts';
import { firstDifference } from '../../search/first-difference.ts';
import type { RunReport } from '../../search/job.ts';
import { executeReplay, type ReplayResult } from '../execute-replay.ts';
import type { Workers } from '../workers.ts';
import { type Revision, Worktree } from './worktree.ts';

export interface RunAtRevision {
  readonly revision: Revision;
  /** Detailed. */
  readonly report: RunReport;
  /** The position of the first record that differs; null if the records are the same. */
  readonly index: number | null;
}

/**
 * `name`: how the caller names the option. Throws UsageError if the project is in no repository,
 * for an unknown revision, and if the replay can't run there.
 */
export async function runAtRevision(
  workers: Workers,
  { project, replay }: FoundReplay,
  { report }: Exclude<ReplayResult, { verdict: 'invalid' }>,
  { revision: wanted, name }: { readonly revision: string; readonly name: string },
): Promise<RunAtRevision> {
  const worktree = await Worktree.create(project);
  try {
    const revision = await worktree.find(wanted);
    await worktree.checkOut(revision);
    const result = await executeReplay(workers, worktree.project, replay, { detailed: true }, new Map());
    if (result.verdict === 'invalid') throw new UsageError(`${name}: ${revision.short} ${result.reason}`);
    const difference = firstDifference(report.records ?? [], result.report.records ?? []);
    return { revision, report: result.report, index: difference?.index ?? null };
  } catch (error) {
    if (error instanceof LoadError) throw new UsageError(`${name}: ${wanted} can't be loaded: ${error.message}`);
    throw error;
  } finally {
    await worktree.remove();
  }
}
