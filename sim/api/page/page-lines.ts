/** The page of a failure that a test has found: the command for it, or its file. */
import path from 'node:path';
import { printable } from '../../kernel/printable.ts';
import type { FoundFailure } from '../found-failure.ts';
import type { PlaceOptions } from '../options.ts';
import { replayPage } from './replay-page.ts';

/** Set to `1`, it writes a page beside each replay that is saved. */
const VARIABLE = 'SEEDSTORM_HTML';

/** Lines for the end of a report. None if the failure was not saved. Never throws. */
export async function pageLines(
  { file, command }: Pick<FoundFailure, 'file' | 'command'>,
  options: Pick<PlaceOptions, 'jobs' | 'stuckMs'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly string[]> {
  if (file === null) return [];
  const lines = [`  ${command.replace(' replay ', ' view ')}`];
  if (environment[VARIABLE] !== '1') return lines;
  const page = file.replace(/\.json$/, '.html');
  try {
    await replayPage(file, { ...options, file: page });
    return [...lines, `  page ${printable(path.relative(process.cwd(), page))}`];
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    return [...lines, `  no page: ${printable(message)}`];
  }
}
