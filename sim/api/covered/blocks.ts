/** Which parts of functions ran, from the counts of V8. All places are in the evaluated text. */
import type { Profiler } from 'node:inspector';
import { allFunctions, type FunctionRange } from '../../load/find-function.ts';
import { type CoveredScript, executedIn } from './coverage.ts';

/** Offsets in the text, the end excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface RanFunction {
  /** Such as `Room.join`, or `callback in Room.join`. */
  readonly name: string;
  /** Lines from 1 that begin in it, and in no function inside of it, and that ran. */
  readonly lines: readonly number[];
  /** Branches that did not run, and functions without a name inside of it that did not. */
  readonly skipped: readonly Range[];
}

type Counts = Profiler.FunctionCoverage;

/** Space, and the brackets and signs between blocks. */
const BEFORE_CODE = /^[\s;{}:)?]*(?:else\b[\s{]*)?/;
const AFTER_CODE = /[\s}]*$/;

/** Names functions of one text by their offsets. */
type NameOf = (range: Profiler.CoverageRange) => string;

/** The functions of a script of which some part ran. */
export function functionsThatRan(script: CoveredScript, nameOf: NameOf): RanFunction[] {
  const functions = script.functions.filter((one) => one.ranges.length > 0);
  const ran = functions.filter(({ ranges }) => ranges.some(({ count }) => count > 0));
  if (ran.length === 0) return [];
  const [code, starts] = [script.code(), script.starts()];
  const lineOf = lineFinder(code);
  const ownerOf = owners(functions);
  const executed = executedIn(starts, functions);
  return ran.map((one) => {
    const { startOffset, count } = whole(one);
    const own = executed.filter((line) => ownerOf(starts[line - 1] ?? -1) === one);
    // A function may begin behind the first character of its line.
    const lines = count > 0 ? new Set([lineOf(startOffset), ...own]) : new Set(own);
    const outer = (inner: Counts): boolean => inner !== one && ownerOf(whole(inner).startOffset - 1) === one;
    const uncalled = functions.filter((inner) => inner.functionName === '' && whole(inner).count === 0 && outer(inner));
    const skipped = [...one.ranges.slice(1).filter((range) => range.count === 0), ...uncalled.map(whole)];
    return {
      name: nameOf(whole(one)),
      lines: [...lines].sort((a, b) => a - b),
      skipped: outermost(skipped.flatMap((range) => trimmed(code, range))),
    };
  });
}

function whole({ ranges }: Counts): Profiler.CoverageRange {
  const [range] = ranges;
  if (range === undefined) throw new Error('V8 returned a function without ranges');
  return range;
}

/** Finds the innermost function around an offset. */
function owners(functions: readonly Counts[]): (offset: number) => Counts | undefined {
  const innermostFirst = [...functions].sort((left, right) => sizeOf(left) - sizeOf(right));
  return (offset) => innermostFirst.find((one) => whole(one).startOffset <= offset && offset < whole(one).endOffset);
}

function sizeOf(one: Counts): number {
  return whole(one).endOffset - whole(one).startOffset;
}

/** Parses the text, once. Functions outside of all others are those of modules. */
export function namesIn(text: string, code: string): NameOf {
  const byEnd = new Map<number, FunctionRange[]>();
  for (const found of allFunctions(text, code)) byEnd.set(found.end, [...(byEnd.get(found.end) ?? []), found]);
  return ({ startOffset, endOffset }) => {
    const [nearest] = (byEnd.get(endOffset) ?? []).sort(
      (left, right) => Math.abs(left.start - startOffset) - Math.abs(right.start - startOffset),
    );
    if (nearest === undefined || nearest.path.length === 0) return 'module';
    const name = nearest.path.slice(-2).join('.');
    return nearest.isNamed ? name : `callback in ${name}`;
  };
}

/** Without the signs around the code; nothing if there is no code. */
function trimmed(code: string, { startOffset, endOffset }: Profiler.CoverageRange): Range[] {
  const text = code.slice(startOffset, endOffset);
  const start = BEFORE_CODE.exec(text)?.[0].length ?? 0;
  const end = text.length - (AFTER_CODE.exec(text)?.[0].length ?? 0);
  return start < end ? [{ start: startOffset + start, end: startOffset + end }] : [];
}

function outermost(ranges: readonly Range[]): Range[] {
  const isInside = (inner: Range, outer: Range): boolean =>
    inner !== outer && outer.start <= inner.start && inner.end <= outer.end;
  return ranges.filter((range) => !ranges.some((other) => isInside(range, other)));
}

/** Finds the line, from 1, of an offset. */
export function lineFinder(code: string): (offset: number) => number {
  const ends: number[] = [];
  for (let end = code.indexOf('\n'); end >= 0; end = code.indexOf('\n', end + 1)) ends.push(end);
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
