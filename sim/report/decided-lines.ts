/** When a failure was decided: a bar for each step from which other futures were tried. */
import type { Decided, DecidedPoint } from '../search/futures/decided.ts';
import type { RunReport } from '../search/job.ts';
import type { Palette } from './colour.ts';
import { lineContextOf } from './line-context.ts';
import { recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

const BAR_WIDTH = 30;
const TEXT_LENGTH = 90;

/** Records of the deciding step to print. */
const RECORDS_MAX = 6;

/** `report`: the run that was repeated, detailed. */
export function decidedLines(
  { points, jump }: Decided,
  { records = [], places }: RunReport,
  palette: Palette,
): string[] {
  const rows = points.map((point) => pointLine(point, points));
  if (jump === null) return [...rows, `decided by the plan: the share does not depend on the step`];
  const { step, from, to } = jump;
  const context = lineContextOf(records, places);
  const deciding = records.filter((record) => record.step === step).slice(0, RECORDS_MAX);
  return [
    ...rows,
    palette.bold(`decided in step ${step}: the share that fails rises from ${percent(from)} to ${percent(to)}`),
    ...tableLines(
      deciding.map((record) => recordLine(record, TEXT_LENGTH, context)),
      palette,
    ),
  ];
}

function pointLine({ step, atMs, failed, futures }: DecidedPoint, points: readonly DecidedPoint[]): string {
  const width = String(points.at(-1)?.step ?? 0).length;
  const filled = Math.round((failed / futures) * BAR_WIDTH);
  const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '·');
  return `${String(step).padStart(width + 3)}  ${(atMs / 1000).toFixed(3).padStart(7)}  ${bar}  ${failed} of ${futures}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
