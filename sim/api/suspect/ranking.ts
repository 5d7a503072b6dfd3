/** Ranks lines by how much more often failing runs execute them than passing ones, or less. */
import type { Nearness, SuspiciousLines } from '../../report/code/suspect-lines.ts';
import type { SourceLines } from '../covered/source-coverage.ts';
import { rangesOf } from '../covered/step-parts.ts';
import type { NearLines } from './nearness.ts';

/** Ranges of lines to return. */
const MORE_MAX = 30;
const LESS_MAX = 5;

const ORDER: Readonly<Record<Nearness, number>> = { own: 0, led: 1, far: 2 };

type Near = Pick<NearLines, 'ofLine' | 'ofSkipped'>;

/** What each run executed. */
export interface ComparedRuns {
  readonly failing: readonly SourceLines[];
  readonly passing: readonly SourceLines[];
}

export interface Ranking {
  readonly lines: readonly SuspiciousLines[];
  readonly less: readonly SuspiciousLines[];
  /** Number of ranges with the highest score. */
  readonly ties: number;
}

interface Line extends Omit<SuspiciousLines, 'firstLine' | 'lastLine' | 'score'> {
  readonly line: number;
}

export function rankingOf(runs: ComparedRuns, hasCode: SourceLines, near: Near): Ranking {
  const [failing, passing] = [runs.failing.length, runs.passing.length];
  const lines = countedLines(runs);
  const share = (line: Line): number => line.failing / failing - line.passing / passing;
  const more = lines
    .filter((line) => share(line) > 0)
    .map((line) => ({ ...line, ...near.ofLine(line.file, line.line) }));
  const less = lines
    .filter((line) => share(line) < 0)
    .map((line) => ({ ...line, near: near.ofSkipped(line.file, line.line) }));
  const scoredMore = rangesWith(more, hasCode).map((range) => ({
    ...range,
    score: scoreOf(range.failing, failing, range.passing),
  }));
  const ranked = scoredMore.sort(
    (a, b) => b.score - a.score || ORDER[a.near] - ORDER[b.near] || a.otherSteps - b.otherSteps || byPlace(a, b),
  );
  const [first] = ranked;
  const rankedLess = rangesWith(less, hasCode)
    .map((range) => ({ ...range, score: scoreOf(range.passing, passing, range.failing) }))
    // Runs of other plans execute many lines that have nothing to do with the failure.
    .sort((a, b) => ORDER[a.near] - ORDER[b.near] || b.score - a.score || byPlace(a, b));
  const nearest = rankedLess.filter((range) => range.near !== 'far');
  return {
    lines: ranked.slice(0, MORE_MAX),
    less: (nearest.length > 0 ? nearest : rankedLess).slice(0, LESS_MAX),
    ties: first === undefined ? 0 : ranked.filter((range) => range.score === first.score).length,
  };
}

/** The score of Ochiai: `own` of `all` runs of one sort, and `others` of the other sort. */
function scoreOf(own: number, all: number, others: number): number {
  return own / Math.sqrt(all * (own + others));
}

function byPlace(left: SuspiciousLines, right: SuspiciousLines): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.firstLine - right.firstLine;
}

/** The lines that any run executes. */
function countedLines({ failing, passing }: ComparedRuns): Line[] {
  const counts = new Map<string, { file: string; line: number; failing: number; passing: number }>();
  for (const [sort, runs] of [
    ['failing', failing],
    ['passing', passing],
  ] as const)
    for (const run of runs)
      for (const [file, lines] of run)
        for (const line of lines) {
          const key = `${file}:${line}`;
          const count = counts.get(key) ?? { file, line, failing: 0, passing: 0 };
          counts.set(key, count);
          count[sort] += 1;
        }
  return [...counts.values()].map((line) => ({ ...line, near: 'far', otherSteps: 0 }));
}

/** Lines that the same numbers of runs execute, equally near, one after the other. */
function rangesWith(lines: readonly Line[], hasCode: SourceLines): Omit<SuspiciousLines, 'score'>[] {
  const alike = new Map<string, Line[]>();
  for (const line of lines) {
    const key = `${line.file}:${line.failing}:${line.passing}:${line.near}`;
    alike.set(key, [...(alike.get(key) ?? []), line]);
  }
  return [...alike.values()].flatMap((group) => {
    const byLine = new Map(group.map((one) => [one.line, one]));
    const [{ file, failing, passing, near }] = group as [Line];
    return rangesOf(new Set(byLine.keys()), hasCode.get(file) ?? new Set()).map(({ firstLine, lastLine }) => {
      const within = group.filter(({ line }) => line >= firstLine && line <= lastLine);
      const otherSteps = Math.min(...within.map((one) => one.otherSteps));
      return { file, firstLine, lastLine, failing, passing, near, otherSteps };
    });
  });
}
