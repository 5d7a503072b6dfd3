/**
 * The public function `replayPage`.
 */
import path from 'node:path';
import { printable } from '../../kernel/printable.ts';
import { findReplay } from '../../project/find-replay.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { ReplayVerdict } from '../../replay/replay-verdict.ts';
import { createWorkers } from '../create-workers.ts';
import { executeReplay } from '../execute-replay.ts';
import { pathOf, type PlaceOptions, workersOptionsOf } from '../options.ts';
import { validateOptions } from '../validate-options.ts';
import { compareWithPassing } from '../why/compare-with-passing.ts';
import { pageOfReplay } from './page-of-replay.ts';
import { checkPlaceOfPage, writePage } from './write-page.ts';

export interface PageOptions extends PlaceOptions {
  /** Write the page to this file, relative to `folder`. Its folder must exist. */
  readonly file?: string | undefined;
  /** Look for the nearest run that passes, and show it beside the run of the replay. */
  readonly diff?: boolean | undefined;
}

export interface PageOutcome {
  readonly html: string;
  /** Absolute path; null unless `file` is set. */
  readonly file: string | null;
  readonly verdict: ReplayVerdict;
}

/**
 * Runs a replay and returns its page: one HTML file that shows the run, and requests nothing.
 * Secrets in it are redacted.
 *
 * Throws UsageError for an unknown or invalid replay, or a file that can't be written, ReplayError
 * for an invalid file, LoadError when the scenario's code cannot be loaded.
 */
export async function replayPage(fileOrId: string | URL, options: PageOptions = {}): Promise<PageOutcome> {
  validateOptions('replayPage', options);
  const { folder = process.cwd(), file: target, diff = false } = options;
  const { shown, project, replay } = findReplay(pathOf(fileOrId), folder);
  const file = target === undefined ? null : path.resolve(folder, target);
  if (file !== null) checkPlaceOfPage(file);
  const workers = createWorkers(workersOptionsOf(options));
  try {
    const result = await executeReplay(workers, project, replay, { detailed: true }, new Map());
    if (result.verdict === 'invalid') throw new UsageError(`${shown} is invalid: ${printable(result.reason)}`);
    const passing = diff ? await compareWithPassing(workers, replay, result, 'options: diff') : undefined;
    const html = await pageOfReplay(workers, { replay, shown, result, workingFolder: folder, diff: passing });
    if (file !== null) writePage(file, html);
    return { html, file, verdict: result.verdict };
  } finally {
    await workers.close();
  }
}
