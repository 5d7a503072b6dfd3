/**
 * The trace of one run, record by record.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Palette } from './colour.ts';
import { withoutEchoes } from './excerpt.ts';
import { recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

const TEXT_LENGTH = 120;
const VERBOSE_TEXT_LENGTH = 4000;

/** Every record when `verbose`; otherwise without timers and without what is told again when it arrives. */
export function traceLines(records: readonly RunRecord[], palette: Palette, verbose: boolean): string[] {
  const shown = verbose ? records : withoutEchoes(records).filter(isShown);
  const length = verbose ? VERBOSE_TEXT_LENGTH : TEXT_LENGTH;
  return tableLines(
    shown.map((record) => recordLine(record, length)),
    palette,
    '',
  );
}

function isShown(record: RunRecord): boolean {
  if (record.type === 'frame') return record.phase !== 'sent';
  if (record.type === 'command') return record.phase !== 'sent' && record.phase !== 'reply';
  return record.type !== 'timer';
}
