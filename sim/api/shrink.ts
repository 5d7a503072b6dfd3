/**
 * The public function `shrink`.
 */
import type { ShrinkReport } from '../search/job.ts';
import { createWorkers } from './create-workers.ts';
import { validateOptions } from './validate-options.ts';
import { findReplay } from '../project/find-replay.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';
import { commandPrefix, quoted } from '../project/shell-command.ts';
import { saveFinding } from '../project/save-failure.ts';
import { shrinkReplay, type ShrinkReplayResult } from './shrink-replay.ts';

export interface ShrinkOptions extends PlaceOptions {
  /** The most real time to take, in milliseconds. 30 s by default. */
  readonly timeMs?: number | undefined;
}

export interface ShrinkOutcome {
  /** Absolute path of the given replay. */
  readonly file: string;
  /** `smaller` and `smallest` are successes. All others say why the replay cannot be shrunk. */
  readonly verdict: ShrinkReplayResult['verdict'];
  /** Sizes before and after, the plan, and the cost. Null when nothing was tried. */
  readonly shrunk: ShrinkReport | null;
  /**
   * Absolute path of the smaller replay, in the same folder. Null when there is none or it could
   * not be saved.
   */
  readonly smaller: string | null;
}

const DEFAULT_TIME_MS = 30_000;

/** Shrinks a replay and saves the result in the same folder. Throws the errors of `replay`. */
export async function shrink(fileOrId: string | URL, options: ShrinkOptions = {}): Promise<ShrinkOutcome> {
  validateOptions('shrink', options);
  const { folder: workingFolder = process.cwd(), timeMs: budgetMs = DEFAULT_TIME_MS } = options;
  const found = findReplay(pathOf(fileOrId), workingFolder);
  const workers = createWorkers(workersOptionsOf(options));
  try {
    const otherwise = `${commandPrefix(workingFolder)} replay ${quoted(found.shown)}`;
    const result = await shrinkReplay(workers, found, {
      budgetMs,
      save: (source, smaller, folder) => saveFinding(source, smaller, { workingFolder, folder, otherwise }),
    });
    return {
      file: found.file,
      verdict: result.verdict,
      shrunk: 'shrunk' in result ? result.shrunk : null,
      smaller: result.verdict === 'smaller' ? result.saved.file : null,
    };
  } finally {
    await workers.close();
  }
}
