/**
 * How each planted defect is found, as a table.
 */
import { printable } from '../kernel/printable.ts';
import type { Palette } from './colour.ts';
import { counted, duration } from './numbers.ts';

export interface MutantOutcome {
  readonly id: string;
  readonly risk: string | null;
  /** True when the property that is meant to find it did. */
  readonly found: boolean;
  /** Which property found it, or the verdict of another failure; null when nothing failed. */
  readonly property: string | null;
  readonly expected: string | null;
  /** Why it could not be planted; null when it was. */
  readonly misfit: string | null;
  /** Seeds that were run until it was found. */
  readonly seeds: number;
  /** Of the shrunk plan. */
  readonly operations: number;
  readonly faults: number;
  /** Null when it was not shrunk. */
  readonly choices: number | null;
  /** The file as shown; null when none was saved. */
  readonly replay: string | null;
  /** True when the shrunk plan fails on the clean code as well. */
  readonly failsOnClean: boolean;
  /** True when replays of the shrunk plan did not all agree. */
  readonly unsteady: boolean;
  readonly wallMs: number;
}

const HEAD = ['', 'defect', 'risk', 'found by', 'seeds', 'operations', 'faults', 'choices', 'time', 'replay'];

export function mutantsTable(outcomes: readonly MutantOutcome[], palette: Palette): string[] {
  const rows = outcomes.map((one) => [
    isAsExpected(one) ? '✔' : '✖',
    printable(one.id),
    printable(one.risk ?? ''),
    foundBy(one),
    String(one.seeds),
    one.property === null ? '' : String(one.operations),
    one.property === null ? '' : String(one.faults),
    one.property === null ? '' : String(one.choices ?? ''),
    duration(one.wallMs),
    one.replay ?? '',
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    palette.dim(line(HEAD)),
    ...rows.map((row, index) => (isAsExpected(outcomes[index]) ? line(row) : palette.red(line(row)))),
  ];
}

export function isAsExpected(outcome: MutantOutcome | undefined): boolean {
  return outcome !== undefined && outcome.found && !outcome.failsOnClean && !outcome.unsteady;
}

export interface UnmodifiedRuns {
  readonly seeds: number;
  /** As many as there would have been. */
  readonly of: number;
  readonly violations: number;
}

export function unmodifiedLine({ seeds: ran, of, violations }: UnmodifiedRuns, palette: Palette): string {
  const seeds = ran < of ? `${ran} of ${counted(of, 'seed')}` : counted(ran, 'seed');
  if (violations > 0) return palette.red(`✖ the clean code fails on ${violations} of ${counted(ran, 'seed')}`);
  if (ran === 0) return palette.yellow('the clean code was not run');
  return palette.green(`✔ the clean code holds on ${seeds}`);
}

/** `notDone`: identifiers of those that are not in the table. */
export function interruptedLine(defects: number, notDone: readonly string[], palette: Palette): string {
  const left = notDone.length === 0 ? '' : `, not ${notDone.map((id) => printable(id)).join(', ')}`;
  return palette.yellow(`interrupted: ${defects - notDone.length} of ${counted(defects, 'defect')} done${left}`);
}

function foundBy({ found, property, expected, misfit, failsOnClean, unsteady }: MutantOutcome): string {
  if (misfit !== null) return 'nothing: it does not fit';
  if (property === null) return 'nothing';
  if (failsOnClean) return `${printable(property)}, on the clean code too`;
  if (unsteady) return `${printable(property)}, not each time`;
  return found ? printable(property) : `${printable(property)}, not ${printable(expected ?? '')}`;
}
