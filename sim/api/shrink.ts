/**
 * Makes a replay smaller.
 */
import type { ShrinkReport } from '../search/job.ts';
import { checkOptions } from './validate-options.ts';
import { Workers } from './workers.ts';
import { findReplay } from '../project/find-replay.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';
import { commandPrefix, quoted } from '../project/shell-command.ts';
import { saveFinding } from '../project/save-failure.ts';
import { shrinkReplay, type ShrinkReplayResult } from './shrink-replay.ts';

export interface ShrinkOptions extends PlaceOptions {
  /** The most real time to take; 30 s otherwise. */
  readonly timeMs?: number;
}

export interface ShrinkOutcome {
  /** The replay that was named, absolute. */
  readonly file: string;
  /** `smaller` and `smallest` are what one hopes for; all others say why it can't be made smaller. */
  readonly verdict: ShrinkReplayResult['verdict'];
  /** Sizes before and after, the plan, and what it took; null when nothing was tried. */
  readonly shrunk: ShrinkReport | null;
  /** The smaller replay, absolute, beside the other; null when there is none or it could not be saved. */
  readonly smaller: string | null;
}

const DEFAULT_TIME_MS = 30_000;

/** Makes a replay smaller and saves the result beside it. Throws what `replay` throws. */
export async function shrink(named: string | URL, options: ShrinkOptions = {}): Promise<ShrinkOutcome> {
  checkOptions('shrink', options);
  const { folder: workingFolder = process.cwd(), timeMs: budgetMs = DEFAULT_TIME_MS } = options;
  const found = findReplay(pathOf(named), workingFolder);
  const workers = new Workers(workersOptionsOf(options));
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
