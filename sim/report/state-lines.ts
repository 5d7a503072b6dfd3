/** Changes of the state of a system, below the records of their step. */
import type { StateChange } from '../kernel/state-change.ts';
import type { RunRecord } from '../kernel/record.ts';
import { printable } from '../kernel/printable.ts';
import type { RunReport } from '../search/job.ts';
import type { Palette } from './colour.ts';
import { counted } from './numbers.ts';
import { lineContextOf } from './line-context.ts';
import { recordLine } from './record-line.ts';
import { tableLines } from './table-lines.ts';

const TEXT_LENGTH = 90;
const VALUE_LENGTH = 80;

/** Records and changes of one step to print without `--verbose`. */
const RECORDS_MAX = 4;
const CHANGES_MAX = 20;

export function stateLines(
  changes: readonly StateChange[],
  { records = [], places }: Pick<RunReport, 'records' | 'places'>,
  verbose: boolean,
  palette: Palette,
): string[] {
  const context = lineContextOf(records, places);
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

/** Values that changed, without their step. */
export function changeLines(changes: readonly StateChange[], verbose: boolean, palette: Palette): string[] {
  const lines = (verbose ? changes.map(valueLine) : folded(changes)).map((line) => `        ${line}`);
  if (verbose || lines.length <= CHANGES_MAX) return lines;
  const left = lines.length - CHANGES_MAX;
  return [...lines.slice(0, CHANGES_MAX), palette.dim(`        … ${left} more; --verbose prints all`)];
}

/** A new or lost object is one line, whatever it contains. */
function folded(changes: readonly StateChange[]): string[] {
  const lines: string[] = [];
  const groups = new Map<string, StateChange[]>();
  for (const change of changes) {
    const key = `${change.before === null ? '+' : ''}${change.after === null ? '-' : ''}${objectOf(change.path)}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  for (const [key, group] of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const isMade =
      key.startsWith('+') &&
      !changes.some((other) => other.before !== null && objectOf(other.path) === objectOf(first.path));
    if (isMade && group.length > 2) lines.push(`${objectOf(first.path)} is new (${counted(group.length, 'value')})`);
    else lines.push(...group.map(valueLine));
  }
  return lines;
}

/** `node-1/Room.1.#members["7"]`: `node-1/Room.1`. */
function objectOf(path: string): string {
  return /^[^/]+\/[A-Za-z_$][\w$]*\.\d+/.exec(path)?.[0] ?? path.replace(/[.[{].*$/, '');
}

function valueLine({ path, before, after }: StateChange): string {
  return `${printable(path, VALUE_LENGTH)}  ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: string | null): string {
  return value === null ? '∅' : printable(value, VALUE_LENGTH);
}
