/**
 * The lines of the user's code that runs execute which fail, and runs which pass do not. Source:
 * Jones et al., "Visualization of Test Information to Assist Fault Localization", 2002; the score
 * is that of Ochiai, as in Abreu et al., "On the Accuracy of Spectrum-based Fault Localization",
 * 2007.
 */
import type { SourceOf } from '../../kernel/placed-text.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { Replay } from '../../replay/replay-document.ts';
import type { SuspiciousLines, Suspects } from '../../report/code/suspect-lines.ts';
import { type ChangeKind, changesOf } from '../../search/passing/changes.ts';
import type { Candidate } from '../../search/shrink-failure.ts';
import { Coverage, type ExecutedLines } from '../covered/coverage.ts';
import { coveredCode } from '../covered/covered-code.ts';
import type { ReplayResult } from '../execute-replay.ts';
import { InProcessRunner } from '../in-process-runner.ts';

export interface SuspectHooks {
  readonly onRun?: ((failing: number, passing: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Neighbours to try of each kind, and the most runs of each sort to compare. */
const KINDS: readonly ChangeKind[] = ['choice', 'pause', 'order', 'seed', 'dropped'];
const TRIES_MAX = 40;
const RUNS_MAX = 15;

/** Ranges of lines to return. */
const LINES_MAX = 30;

/**
 * `name`: how the caller names the option. Throws UsageError if the run did not fail, if its step
 * never ends, and if no neighbour passes; LoadError if the code has changed.
 */
export async function suspectReplay(
  { plan, choices, stepsMax }: Pick<Replay, 'plan' | 'choices' | 'stepsMax'>,
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
  name: string,
  { onRun, signal }: SuspectHooks = {},
): Promise<Suspects> {
  const { report, source } = result;
  const { failure } = report;
  if (failure === null) throw new UsageError(`${name}: the run did not fail`);
  if (failure.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be repeated`);
  const { bundle, isOfSystem, sourceOf } = await coveredCode(result);
  const coverage = await Coverage.start();
  const runner = new InProcessRunner();
  const failing: ExecutedLines[] = [];
  const passing: ExecutedLines[] = [];
  const run = async (candidate: Candidate): Promise<void> => {
    // What loading executes concerns all runs.
    coverage.take(isOfSystem);
    const { failure: other } = await runner.run(bundle, {
      kind: 'run',
      seed: candidate.plan.seed,
      plan: candidate.plan,
      choices: candidate.choices,
      freshModules: true,
      stepsMax,
    });
    const executed = coverage.take(isOfSystem);
    if (other === null) passing.push(executed);
    else if (other.signature === failure.signature) failing.push(executed);
    onRun?.(failing.length, passing.length);
  };
  try {
    const candidate = { plan, choices };
    await run(candidate);
    for (const kind of KINDS) {
      let tries = 0;
      for (const changed of changesOf(kind, candidate, report.choices ?? {}, source.scenario.actors)) {
        tries += 1;
        const isEnough = failing.length >= RUNS_MAX && passing.length >= RUNS_MAX;
        if (tries > TRIES_MAX || isEnough) break;
        // Runs of some kinds only would suspect the wrong lines.
        signal?.throwIfAborted();
        await run(changed);
      }
    }
  } finally {
    coverage.stop();
    await runner.close();
  }
  if (passing.length === 0) throw new UsageError(`${name}: no run near to it passes`);
  const lines = scored(failing, passing, sourceOf);
  return { failing: failing.length, passing: passing.length, lines };
}

/** Number of runs that execute a line. */
interface Counts {
  failing: number;
  passing: number;
}

function scored(
  failing: readonly ExecutedLines[],
  passing: readonly ExecutedLines[],
  sourceOf: SourceOf,
): SuspiciousLines[] {
  const counts = new Map<string, Map<number, Counts>>();
  const add = (runs: readonly ExecutedLines[], sort: keyof Counts): void => {
    for (const run of runs)
      for (const [file, lines] of inSources(run, sourceOf))
        for (const line of lines) {
          const ofFile = counts.get(file) ?? new Map<number, Counts>();
          counts.set(file, ofFile);
          const count = ofFile.get(line) ?? { failing: 0, passing: 0 };
          ofFile.set(line, count);
          count[sort] += 1;
        }
  };
  add(failing, 'failing');
  add(passing, 'passing');
  const ranges = [...counts].flatMap(([file, lines]) => rangesIn(file, lines));
  const isSuspicious = (range: Counts): boolean => range.failing / failing.length > range.passing / passing.length;
  return ranges
    .filter(isSuspicious)
    .map((range) => ({ ...range, score: range.failing / Math.sqrt(failing.length * (range.failing + range.passing)) }))
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1) || a.firstLine - b.firstLine)
    .slice(0, LINES_MAX);
}

function inSources(executed: ExecutedLines, sourceOf: SourceOf): Map<string, Set<number>> {
  const sources = new Map<string, Set<number>>();
  for (const [text, lines] of executed) {
    for (const line of lines) {
      // The first column of a line may belong to the line before it.
      const place = sourceOf({ text, line, column: 1000 }) ?? sourceOf({ text, line, column: 1 });
      if (place === null) continue;
      const own = sources.get(place.file) ?? new Set();
      sources.set(place.file, own.add(place.line));
    }
  }
  return sources;
}

function rangesIn(file: string, lines: ReadonlyMap<number, Counts>): Omit<SuspiciousLines, 'score'>[] {
  const ranges: Omit<SuspiciousLines, 'score'>[] = [];
  for (const [line, { failing, passing }] of [...lines].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    const continues = last?.lastLine === line - 1 && last.failing === failing && last.passing === passing;
    if (continues) ranges[ranges.length - 1] = { ...last, lastLine: line };
    else ranges.push({ file, firstLine: line, lastLine: line, failing, passing });
  }
  return ranges;
}
