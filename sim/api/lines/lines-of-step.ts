/**
 * Runs a job with the block coverage of V8, and keeps what one step adds to it. In this thread,
 * since counts are read between two steps.
 */
import { UsageError } from '../../project/usage-error.ts';
import type { SourceOf } from '../../kernel/placed-text.ts';
import { type LinesOfStep, type SkippedBlock, compare } from '../../report/code/step-lines.ts';
import { stepsOfWhy } from '../../report/why.ts';
import type { RunJob, RunReport } from '../../search/job.ts';
import { functionsThatRan, namesIn } from '../covered/blocks.ts';
import { Coverage, type CoveredScript } from '../covered/coverage.ts';
import { coveredCode } from '../covered/covered-code.ts';
import { SourcePlaces } from '../covered/source-places.ts';
import { InProcessRunner } from '../in-process-runner.ts';
import type { RanOn } from '../report-lines.ts';

/** Number of steps to look at until one runs code of the system. */
const STEPS_MAX = 50;

/** Number of characters of a block that are shown. */
const CODE_LENGTH = 60;

type Parts = Omit<LinesOfStep, 'step'>;

/**
 * The lines of `wanted`, or of the next step that runs code of the system. For `true`: of the last
 * such step that led to the failure, those of the records about what it names first.
 *
 * `name`: how the caller names the option. Throws UsageError for a step that the run has not, if
 * there is none to look at, and if the run is not the one that the report is of; LoadError if the
 * code has changed.
 */
export async function linesOfStep(
  ranOn: RanOn,
  job: RunJob,
  report: RunReport,
  wanted: true | number,
  name: string,
): Promise<LinesOfStep> {
  const steps = stepsFor(wanted, report, name);
  const { bundle, isOfSystem, sourceOf } = await coveredCode(ranOn);
  const coverage = await Coverage.start();
  const taken = new Map<number, readonly CoveredScript[]>();
  let current = 0;
  const look = (next: number): void => {
    const isWanted = steps.includes(current);
    if (!isWanted && !steps.includes(next)) return;
    const scripts = coverage.takeScripts(isOfSystem);
    if (isWanted) taken.set(current, scripts);
  };
  // A step begins when the one before it has ended.
  const onStep = (step: number): void => {
    look(step);
    current = step;
  };
  const runner = new InProcessRunner({ onStep });
  try {
    const { digest } = await runner.run(bundle, job);
    look(0);
    if (digest !== report.digest) throw new UsageError(`${name}: the run differs when its lines are counted`);
    for (const step of steps) {
      const parts = partsOf(taken.get(step) ?? [], sourceOf);
      if (parts.lines.length > 0) return { step, ...parts };
    }
  } finally {
    coverage.stop();
    await runner.close();
  }
  throw new UsageError(`${name}: none of these steps runs code of the system: ${steps.join(', ')}`);
}

/** In the order in which they are wanted. */
function stepsFor(wanted: true | number, report: RunReport, name: string): readonly number[] {
  const { failure, records = [], causes = [], places } = report;
  if (failure?.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be repeated`);
  const last = Math.max(report.steps, failure?.step ?? 0);
  if (wanted !== true) {
    if (wanted > last) throw new UsageError(`${name}: the run ends at step ${last}`);
    return Array.from({ length: Math.min(STEPS_MAX, last - wanted + 1) }, (_, index) => wanted + index);
  }
  if (failure === null || records.length === 0)
    throw new UsageError(`${name}: the run did not fail, so name a step (expected a number from 1 to ${last})`);
  return stepsOfWhy({ records, causes, places }, failure).slice(0, STEPS_MAX);
}

function partsOf(scripts: readonly CoveredScript[], sourceOf: SourceOf): Parts {
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
function rangesOf(
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
