/**
 * The lines of the user's code that runs execute which fail, and runs which pass do not. Source:
 * Jones et al., "Visualization of Test Information to Assist Fault Localization", 2002; the score
 * is that of Ochiai, as in Abreu et al., "On the Accuracy of Spectrum-based Fault Localization",
 * 2007.
 */
import { UsageError } from '../../project/usage-error.ts';
import type { Replay } from '../../replay/replay-document.ts';
import type { Suspects } from '../../report/code/suspect-lines.ts';
import { operationOfWhy, stepsOfWhy } from '../../report/why/why.ts';
import type { RunReport } from '../../search/job.ts';
import { passes } from '../../search/passing/passing-run.ts';
import type { Candidate } from '../../search/shrink-failure.ts';
import { Coverage } from '../covered/coverage.ts';
import { coveredCode } from '../covered/covered-code.ts';
import { SourceCoverage, type SourceLines } from '../covered/source-coverage.ts';
import type { ReplayResult } from '../execute-replay.ts';
import { InProcessRunner } from '../in-process-runner.ts';
import { NearLines } from './nearness.ts';
import { type NeighbourGroup, neighboursOf } from './neighbours.ts';
import { rankingOf } from './ranking.ts';

export interface SuspectHooks {
  readonly onRun?: ((failing: number, passing: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The most runs of each sort to compare. */
const RUNS_MAX = 15;

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
  const { failure, records = [], causes = [], places } = report;
  if (failure === null) throw new UsageError(`${name}: the run did not fail`);
  if (failure.verdict === 'stuck') throw new UsageError(`${name}: a run whose step never ends can't be repeated`);
  const code = await coveredCode(result);
  const explained = { records, causes, places };
  const inspector = await Coverage.start();
  const coverage = new SourceCoverage(inspector, code);
  const near = new NearLines(coverage, code.sourceOf, stepsOfWhy(explained, failure));
  let onStep: ((step: number) => void) | undefined;
  const runner = new InProcessRunner({ onStep: (step) => onStep?.(step) });
  const failing: SourceLines[] = [];
  const passing: SourceLines[] = [];
  const run = async (candidate: Candidate): Promise<Pick<RunReport, 'failure' | 'checked'>> =>
    await runner.run(code.bundle, {
      kind: 'run',
      seed: candidate.plan.seed,
      plan: candidate.plan,
      choices: candidate.choices,
      freshModules: true,
      stepsMax,
    });
  /** True if there were too few runs of its sort. */
  const compare = async (candidate: Candidate): Promise<boolean> => {
    // What loading executes concerns all runs.
    coverage.take();
    const other = await run(candidate);
    const executed = coverage.linesIn(coverage.take());
    const sort = passes(other, failure) ? passing : other.failure?.signature === failure.signature ? failing : null;
    sort?.push(executed);
    onRun?.(failing.length, passing.length);
    return sort !== null && sort.length <= RUNS_MAX;
  };
  const compareGroup = async ({ triesMax, surplusMax, candidates }: NeighbourGroup): Promise<void> => {
    let tries = 0;
    let surplus = 0;
    for (const candidate of candidates()) {
      tries += 1;
      const isEnough = failing.length >= RUNS_MAX && passing.length >= RUNS_MAX;
      if (tries > triesMax || surplus >= surplusMax || isEnough) return;
      // Runs of some kinds only would suspect the wrong lines.
      signal?.throwIfAborted();
      surplus = (await compare(candidate)) ? 0 : surplus + 1;
    }
  };
  try {
    const candidate = { plan, choices };
    const all = new Map<string, Set<number>>();
    let current = 0;
    onStep = (step) => {
      const scripts = coverage.take();
      if (current > 0) {
        near.add(current, scripts);
        for (const [file, lines] of coverage.linesIn(scripts)) {
          const ofFile = all.get(file) ?? new Set();
          all.set(file, ofFile);
          for (const line of lines) ofFile.add(line);
        }
      }
      current = step;
    };
    await run(candidate);
    onStep(0);
    onStep = undefined;
    failing.push(all);
    const operation = operationOfWhy(explained, failure);
    for (const group of neighboursOf(candidate, report.choices ?? {}, source.scenario, operation))
      await compareGroup(group);
    if (passing.length === 0) throw new UsageError(`${name}: no run near to it passes`);
    const ranking = rankingOf({ failing, passing }, coverage.linesWithCode(), near);
    return { failing: failing.length, passing: passing.length, ...ranking };
  } finally {
    inspector.stop();
    await runner.close();
  }
}
