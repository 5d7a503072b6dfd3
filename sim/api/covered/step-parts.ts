/** What the counts of one step say about functions, in lines of the user's files. */
import type { SourceOf } from '../../kernel/placed-text.ts';
import { compare, type LinesOfStep, type SkippedBlock } from '../../report/code/step-lines.ts';
import { functionsThatRan, namesIn } from './blocks.ts';
import type { CoveredScript } from './coverage.ts';
import { SourcePlaces } from './source-places.ts';

/** Number of characters of a block that are shown. */
const CODE_LENGTH = 60;

export type StepParts = Omit<LinesOfStep, 'step'>;

export function partsOf(scripts: readonly CoveredScript[], sourceOf: SourceOf): StepParts {
  /** By file and function. */
  const ran = new Map<string, { file: string; function: string; lines: Set<number> }>();
  const skipped = new Map<string, SkippedBlock>();
  const hasCode = new Map<string, ReadonlySet<number>>();
  for (const script of scripts) {
    if (!script.functions.some(({ ranges }) => ranges.some(({ count }) => count > 0))) continue;
    const functions = functionsThatRan(script, namesIn(script.text, script.code()));
    const places = new SourcePlaces(script, sourceOf);
    for (const [file, lines] of places.linesWithCode()) hasCode.set(file, lines);
    for (const { name, lines, skipped: blocks } of functions) {
      for (const { file, line } of lines.flatMap((line) => places.ofLine(line))) {
        const key = `${file}:${name}`;
        const ofFunction = ran.get(key) ?? { file, function: name, lines: new Set() };
        ran.set(key, { ...ofFunction, lines: ofFunction.lines.add(line) });
      }
      for (const { start, end } of blocks) {
        const [first, last] = [places.ofOffset(start), places.ofOffset(end - 1)];
        if (first === null || last?.file !== first.file) continue;
        const range = { file: first.file, firstLine: first.line, lastLine: Math.max(first.line, last.line) };
        const block = { ...range, function: name, code: shortened(script.code().slice(start, end)) };
        skipped.set(`${block.file}:${block.firstLine}:${block.code}`, block);
      }
    }
  }
  const lines = [...ran.values()].flatMap(({ file, function: name, lines: ofFunction }) =>
    rangesOf(ofFunction, hasCode.get(file) ?? new Set()).map((range) => ({ file, ...range, function: name })),
  );
  return { lines: lines.sort(compare), skipped: [...skipped.values()].sort(compare) };
}

/** Lines between which there is no line with code are one range. */
export function rangesOf(
  lines: ReadonlySet<number>,
  hasCode: ReadonlySet<number>,
): { readonly firstLine: number; readonly lastLine: number }[] {
  const ranges: { firstLine: number; lastLine: number }[] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    let next = (last?.lastLine ?? line) + 1;
    while (next < line && !hasCode.has(next)) next += 1;
    if (last !== undefined && next >= line) last.lastLine = line;
    else ranges.push({ firstLine: line, lastLine: line });
  }
  return ranges;
}

/** The first line of the code, cut if it is long. */
function shortened(code: string): string {
  const [line = '', ...others] = code.split('\n');
  const text = line.trim();
  if (text.length > CODE_LENGTH) return `${text.slice(0, CODE_LENGTH - 1)}…`;
  return others.length > 0 ? `${text} …` : text;
}
