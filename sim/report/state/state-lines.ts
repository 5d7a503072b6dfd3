/** Changes of the state of a system, below the records of their step. */
import type { StateChange } from '../../kernel/state-change.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { RunReport } from '../../search/job.ts';
import type { Palette } from '../colour.ts';
import { lineContextOf } from '../line-context.ts';
import { recordLine } from '../record-line.ts';
import { tableLines } from '../table-lines.ts';
import { changedValues, valueLine } from './changed-values.ts';

const TEXT_LENGTH = 90;

/** Records and changes of one step to print without `--verbose`. */
const RECORDS_MAX = 4;
const CHANGES_MAX = 20;

export function stateLines(
  changes: readonly StateChange[],
  { records = [], places, texts }: Pick<RunReport, 'records' | 'places' | 'texts'>,
  verbose: boolean,
  palette: Palette,
): string[] {
  const context = lineContextOf(records, places, undefined, texts);
  const steps = [...new Set(changes.map(({ step }) => step))];
  return steps.flatMap((step) => {
    const own = records.filter((record: RunRecord) => record.step === step);
    const shown = verbose ? own : own.slice(0, RECORDS_MAX);
    const title = own.length === 0 ? [`   step ${step}`] : [];
    const lines = tableLines(
      shown.map((record) => recordLine(record, TEXT_LENGTH, context)),
      palette,
    );
    return [
      ...title,
      ...lines,
      ...changeLines(
        changes.filter((change) => change.step === step),
        verbose,
        palette,
      ),
    ];
  });
}

/** The values that one step changed. */
export function changeLines(changes: readonly StateChange[], verbose: boolean, palette: Palette): string[] {
  const lines = (verbose ? changes.map(valueLine) : changedValues(changes)).map((line) => `        ${line}`);
  if (verbose || lines.length <= CHANGES_MAX) return lines;
  const left = lines.length - CHANGES_MAX;
  return [...lines.slice(0, CHANGES_MAX), palette.dim(`        … ${left} more; --verbose prints all`)];
}
