/** The lines of code that failing runs execute and passing ones do not. */
import { counted } from '../numbers.ts';
import { placeOf } from './step-lines.ts';

/**
 * `own`: in a step of the records that the failure is about. `led`: in a step that led to them.
 */
export type Nearness = 'own' | 'led' | 'far';

/** Lines of one file, one after the other, that the same numbers of runs execute. */
export interface SuspiciousLines {
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Number of failing runs that execute them. */
  readonly failing: number;
  /** Number of passing runs that execute them. */
  readonly passing: number;
  /** From 0 to 1: executed by all runs of one sort and no other. */
  readonly score: number;
  /** Where the failing run executes them; of lines that it does not, their function. */
  readonly near: Nearness;
  /** Number of other steps of the failing run that execute one of them. */
  readonly otherSteps: number;
}

export interface Suspects {
  /** Number of runs with the signature of the replay. */
  readonly failing: number;
  /** Number of runs that pass. */
  readonly passing: number;
  /** Those that failing runs execute more often, the most suspicious ones first. */
  readonly lines: readonly SuspiciousLines[];
  /** Those that passing runs execute more often. */
  readonly less: readonly SuspiciousLines[];
  /** Number of ranges that share the highest score. */
  readonly ties: number;
}

const LINES_MAX = 12;

/** Number of ranges with the same score from which on the score says little. */
const TIES_MAX = 5;

const RAN: Readonly<Record<Nearness, string>> = {
  own: 'in a step of the failure',
  led: 'in a step that led to it',
  far: '',
};

const SKIPPED: Readonly<Record<Nearness, string>> = {
  own: 'skipped in a step of the failure',
  led: 'skipped in a step that led to it',
  far: '',
};

export function suspectLines({ failing, passing, lines, less, ties }: Suspects, verbose: boolean): string[] {
  const runs = `${counted(failing, 'failing run')} and ${counted(passing, 'passing run')}`;
  const title = `lines that failing runs execute more than passing ones, of ${runs}:`;
  const shown = verbose ? lines : lines.slice(0, LINES_MAX);
  const left = lines.length - shown.length;
  const order = `${counted(passing, 'passing run')}: ${ties} places tie; those near the failure come first`;
  return [
    title,
    ...(ties > TIES_MAX ? [`   the numbers say little: ${order}`] : []),
    ...(lines.length === 0 ? ['   none: all lines are executed as often'] : rowsOf(shown, RAN)),
    ...(left === 0 ? [] : [`   … ${left} more; --verbose shows them`]),
    ...(less.length === 0 ? [] : ['lines that failing runs execute less than passing ones:', ...rowsOf(less, SKIPPED)]),
  ];
}

function rowsOf(lines: readonly SuspiciousLines[], where: Readonly<Record<Nearness, string>>): string[] {
  const rows = lines.map((range) => ({
    place: placeOf(range),
    runs: `${range.failing} failing, ${range.passing} passing`,
    where: where[range.near],
  }));
  const width = Math.max(...rows.map(({ place }) => place.length));
  const runsWidth = Math.max(...rows.map(({ runs }) => runs.length));
  return rows.map((row) => `   ${row.place.padEnd(width)}   ${row.runs.padEnd(runsWidth)}   ${row.where}`.trimEnd());
}
