/** The lines of code that failing runs execute and passing ones do not. */
import { printable } from '../../kernel/printable.ts';
import { counted } from '../numbers.ts';

/** Lines of one file, one after the other, that the same numbers of runs execute. */
export interface SuspiciousLines {
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Number of failing runs that execute them. */
  readonly failing: number;
  /** Number of passing runs that execute them. */
  readonly passing: number;
  /** From 0 to 1: executed by all failing runs and no other. */
  readonly score: number;
}

export interface Suspects {
  /** Number of runs with the signature of the replay. */
  readonly failing: number;
  /** Number of runs that pass. */
  readonly passing: number;
  /** The most suspicious ones first. */
  readonly lines: readonly SuspiciousLines[];
}

const LINES_MAX = 12;

export function suspectLines({ failing, passing, lines }: Suspects, verbose: boolean): string[] {
  const title = `lines that failing runs execute more than passing ones, of ${counted(failing, 'failing run')} and ${counted(passing, 'passing run')}:`;
  if (lines.length === 0) return [title, '   none: all lines are executed as often'];
  const shown = (verbose ? lines : lines.slice(0, LINES_MAX)).map((range) => ({
    place: `${printable(range.file)}:${range.firstLine}${range.lastLine > range.firstLine ? `-${range.lastLine}` : ''}`,
    runs: `${range.failing} failing, ${range.passing} passing`,
  }));
  const width = Math.max(...shown.map(({ place }) => place.length));
  const left = lines.length - shown.length;
  return [
    title,
    ...shown.map(({ place, runs }) => `   ${place.padEnd(width)}   ${runs}`),
    ...(left === 0 ? [] : [`   … ${left} more; --verbose shows them`]),
  ];
}
