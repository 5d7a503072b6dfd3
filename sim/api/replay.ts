/**
 * Runs one replay and compares it with what was saved.
 */
import type { Replay } from '../replay/replay-document.ts';
import type { ReplayVerdict } from '../replay/replay-verdict.ts';
import type { RunReport } from '../search/job.ts';
import { checkOptions } from './validate-options.ts';
import { Workers } from './workers.ts';
import { executeReplay } from './execute-replay.ts';
import { findReplay } from '../project/find-replay.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';

export interface ReplayOptions extends PlaceOptions {
  /** On the clean code instead of the replay's variant. */
  readonly clean?: boolean;
}

export interface ReplayOutcome {
  /** Absolute. */
  readonly file: string;
  readonly replay: Replay;
  readonly verdict: ReplayVerdict;
  /** Why nothing ran; null when something did. */
  readonly reason: string | null;
  /** With all records; null when nothing ran. */
  readonly report: RunReport | null;
}

/**
 * Replays a file, or the replay of that identifier in the folder's package.
 *
 * Throws UsageError when there is no such replay, ReplayError when the file is not in order, LoadError when the scenario's code
 * can't be loaded.
 */
export async function replay(named: string | URL, options: ReplayOptions = {}): Promise<ReplayOutcome> {
  checkOptions('replay', options);
  const { folder = process.cwd(), clean = false } = options;
  const found = findReplay(pathOf(named), folder);
  const workers = new Workers(workersOptionsOf(options));
  try {
    const ran = await executeReplay(workers, found.project, found.replay, { clean, detailed: true }, new Map());
    const { file, replay: saved } = found;
    return ran.verdict === 'invalid'
      ? { file, replay: saved, verdict: ran.verdict, reason: ran.reason, report: null }
      : { file, replay: saved, verdict: ran.verdict, reason: null, report: ran.report };
  } finally {
    await workers.close();
  }
}
