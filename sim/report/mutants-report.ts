/**
 * The table of mutants: which property found each, and how small the failure became.
 */
import { printable } from '../kernel/printable.ts';
import type { Palette } from './colour.ts';
import { counted, duration } from './numbers.ts';

export interface MutantOutcome {
  readonly id: string;
  readonly risk: string | null;
  /** True when the expected property found it; any property, when none is expected. */
  readonly found: boolean;
  /** The property that found it, or the verdict of another failure; null when no seed failed. */
  readonly property: string | null;
  readonly expected: string | null;
  /** Why it could not be planted; null when it was planted. */
  readonly variantError: string | null;
  /** Number of seeds run, the failing one included. */
  readonly seeds: number;
  /** Number of operations in the shrunk plan. */
  readonly operations: number;
  /** Number of faults in the shrunk plan. */
  readonly faults: number;
  /** Number of choices that the shrunk failure needs; null when it was not shrunk. */
  readonly choices: number | null;
  /** The saved file, relative to the working folder; null when none was saved. */
  readonly replay: string | null;
  /** True when the shrunk plan fails on unmodified code as well. */
  readonly failsOnUnmodified: boolean;
  /** True when replays of the shrunk plan gave different runs. */
  readonly unsteady: boolean;
  readonly wallMs: number;
}

const HEAD = ['', 'mutant', 'risk', 'found by', 'seeds', 'operations', 'faults', 'choices', 'time', 'replay'];

export function mutantsTable(outcomes: readonly MutantOutcome[], palette: Palette): string[] {
  const rows = outcomes.map((outcome) => [
    isAsExpected(outcome) ? '✔' : '✖',
    printable(outcome.id),
    printable(outcome.risk ?? ''),
    foundBy(outcome),
    String(outcome.seeds),
    outcome.property === null ? '' : String(outcome.operations),
    outcome.property === null ? '' : String(outcome.faults),
    outcome.property === null ? '' : String(outcome.choices ?? ''),
    duration(outcome.wallMs),
    outcome.replay ?? '',
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
  return outcome !== undefined && outcome.found && !outcome.failsOnUnmodified && !outcome.unsteady;
}

export interface UnmodifiedRuns {
  readonly seeds: number;
  /** The number that was asked for. */
  readonly of: number;
  readonly violations: number;
  /** The first failing seed's property or verdict, and the command that shows it. */
  readonly first: { readonly name: string; readonly command: string } | null;
}

export function unmodifiedLines({ seeds: ran, of, violations, first }: UnmodifiedRuns, palette: Palette): string[] {
  const seeds = ran < of ? `${ran} of ${counted(of, 'seed')}` : counted(ran, 'seed');
  if (first !== null)
    return [
      palette.red(
        `✖ unmodified code fails on ${violations} of ${counted(ran, 'seed')}, first by ${printable(first.name)}`,
      ),
      `  ${first.command}`,
    ];
  if (ran === 0) return [palette.yellow('unmodified code was not run')];
  return [palette.green(`✔ unmodified code holds on ${seeds}`)];
}

/** `notDone`: ids of the mutants that are not in the table. */
export function interruptedLine(mutants: number, notDone: readonly string[], palette: Palette): string {
  const left = notDone.length === 0 ? '' : `, not ${notDone.map((id) => printable(id)).join(', ')}`;
  return palette.yellow(`interrupted: ${mutants - notDone.length} of ${counted(mutants, 'mutant')} done${left}`);
}

function foundBy({ found, property, expected, variantError, failsOnUnmodified, unsteady }: MutantOutcome): string {
  if (variantError !== null) return "nothing: can't be planted";
  if (property === null) return 'nothing';
  if (failsOnUnmodified) return `${printable(property)}, on unmodified code too`;
  if (unsteady) return `${printable(property)}, not in every run`;
  return found ? printable(property) : `${printable(property)}, expected ${printable(expected ?? '')}`;
}
