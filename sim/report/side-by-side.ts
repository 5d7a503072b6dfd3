/**
 * Two runs beside each other, such as a failing and a passing one, from the first record that
 * differs.
 */
import type { RunRecord } from '../kernel/record.ts';
import { PLAIN } from './colour.ts';
import { lineContextOf } from './line-context.ts';
import { recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

/** Lines before and after the first difference. */
const BEFORE = 3;
const AFTER = 16;

const TEXT_LENGTH = 36;

export interface ComparedRun {
  readonly records: readonly RunRecord[];
  /** How it ended. */
  readonly end: string;
}

/** `index`: the position of the first record that differs. `names`: of the columns. */
export function sideBySide(
  failing: ComparedRun,
  passing: ComparedRun,
  index: number,
  names: readonly [string, string] = ['fails', 'passes'],
): string[] {
  const common = failing.records.slice(0, index).filter(isShown).slice(-BEFORE);
  const before = lines(common, failing.records);
  const left = columnOf(failing, index);
  const right = columnOf(passing, index);
  const width = Math.max(...left.map(({ length }) => length));
  const row = (failed = '', passed = ''): string => `${failed.padEnd(width)} │ ${passed}`.trimEnd();
  const count = Math.max(left.length, right.length);
  return [
    ...before,
    row(`   ${names[0]}`, `   ${names[1]}`),
    ...Array.from({ length: count }, (_, number) => row(left[number], right[number])),
  ];
}

function columnOf({ records, end }: ComparedRun, index: number): string[] {
  const rest = records.slice(index).filter(isShown);
  const shown = rest.slice(0, AFTER);
  const left = rest.length - shown.length;
  return [...lines(shown, records), ...(left === 0 ? [] : [`   … ${left} more`]), `   ${end}`];
}

function lines(records: readonly RunRecord[], all: readonly RunRecord[]): string[] {
  const context = lineContextOf(all);
  const table = records.map((record) => recordLine(record, TEXT_LENGTH, context));
  return tableLines(table, PLAIN, ' ');
}

/** What is sent shows again when it arrives. */
function isShown(record: RunRecord): boolean {
  if (record.type === 'frame' || record.type === 'http') return record.phase !== 'sent';
  if (record.type === 'command') return record.phase !== 'sent' && record.phase !== 'reply';
  return record.type !== 'timer' || record.phase === 'fired';
}
