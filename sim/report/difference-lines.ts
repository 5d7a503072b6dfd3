/**
 * The first difference of two runs of one seed: the records before it, which both have, and how
 * each run continues.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Difference } from '../search/first-difference.ts';
import type { Palette } from './colour.ts';
import { lineContextOf } from './line-context.ts';
import { recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

const TEXT_LENGTH = 90;

export function differenceLines(difference: Difference, palette: Palette): string[] {
  const { before, left, right, afterLeft, afterRight } = difference;
  const one = [left, right].filter((record) => record !== null);
  const context = lineContextOf([...before, ...one, ...afterLeft, ...afterRight]);
  const table = (records: readonly RunRecord[]): string[] =>
    tableLines(
      records.map((record) => recordLine(record, TEXT_LENGTH, context)),
      palette,
    );
  const side = (title: string, first: RunRecord | null, after: readonly RunRecord[]): string[] => [
    `  ${palette.red(title)}`,
    ...(first === null ? ['     the run has ended'] : table([first, ...after])),
  ];
  return [
    ...table(before),
    ...side('one run continues with', left, afterLeft),
    ...side('the other continues with', right, afterRight),
  ];
}
