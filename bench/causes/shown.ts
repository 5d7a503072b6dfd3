/** The records that the lines of a report show. */
import type { RunRecord } from '../../sim/kernel/record.ts';
import { excerptOf } from '../../sim/report/excerpt/excerpt.ts';
import type { Moment } from '../../sim/report/excerpt/facts.ts';
import { type LineContext, lineContextOf } from '../../sim/report/line-context.ts';
import { recordLine } from '../../sim/report/record-line.ts';
import type { RunReport } from '../../sim/search/job.ts';

export interface Shown {
  /** Number of lines. */
  readonly lines: number;
  has(record: RunRecord): boolean;
  /** A record as a line, with its step. */
  textOf(record: RunRecord): string;
}

const TEXT_LENGTH = 90;

export function shownIn({ records = [], causes }: RunReport, failure: Moment): Shown {
  const excerpt = excerptOf(records, failure, { causes });
  // A line that folds repetitions shows the first of them, and those of the same step.
  const shown = new Set(excerpt.flatMap(({ record, alike }) => alike.filter(({ step }) => step === record.step)));
  const context = lineContextOf(records);
  return { lines: excerpt.length, has: (record) => shown.has(record), textOf: (record) => textOf(record, context) };
}

function textOf(record: RunRecord, context: LineContext): string {
  const { step, who, what } = recordLine(record, TEXT_LENGTH, context);
  return `${step} ${who} ${what}`;
}
