/** The public function `bisect`. */
import { findReplay } from '../../project/find-replay.ts';
import { parseRange } from '../../project/revision-range.ts';
import { createWorkers } from '../create-workers.ts';
import { pathOf, type PlaceOptions, workersOptionsOf } from '../options.ts';
import { validateOptions } from '../validate-options.ts';
import { bisectReplay, type BisectHooks, type Bisection } from './bisect-replay.ts';

export interface BisectOptions extends PlaceOptions, BisectHooks {}

/**
 * Finds the commit that made a replay fail. `range`: `good..bad`, a revision in which it passes and
 * a later one in which it fails. Works in a temporary worktree.
 *
 * Throws UsageError if the project is in no git repository, for a replay or a revision that is
 * unknown, and unless the replay passes in `good` and fails in `bad`; ReplayError for an invalid
 * file.
 */
export async function bisect(fileOrId: string | URL, range: string, options: BisectOptions = {}): Promise<Bisection> {
  validateOptions('bisect', options);
  const { folder = process.cwd(), onJudged, signal } = options;
  const found = findReplay(pathOf(fileOrId), folder);
  const workers = createWorkers(workersOptionsOf(options));
  try {
    return await bisectReplay(workers, found, parseRange(range), { onJudged, signal });
  } finally {
    await workers.close();
  }
}
