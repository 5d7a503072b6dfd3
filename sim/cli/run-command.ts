/**
 * `run [scenario]`: one seed after the other. Each failure is saved and shown when it is found.
 */
import path from 'node:path';
import { campaign, USUAL_SHRINK_MS } from '../api/campaign-with-saving.ts';
import { quoted, shownPath } from '../project/shell-command.ts';
import { findScenario } from '../project/project.ts';
import { usualSeedStart } from '../api/run.ts';
import type { Saved } from '../project/save-failure.ts';
import { sizeWords } from '../project/plan-sizes.ts';
import { loadSource } from '../project/scenario-source.ts';
import { UsageError } from '../project/usage-error.ts';
import { type Seed, seedAfter } from '../kernel/seed.ts';
import type { StrategyName } from '../kernel/strategy.ts';
import type { ProfileName } from '../plan/profile.ts';
import { runDocument } from '../report/documents.ts';
import { failureReport } from '../report/failure-report.ts';
import { progressText, REDRAW_EVERY_MS } from '../report/progress-line.ts';
import { summaryLines } from '../report/summary.ts';
import type { Sizes } from '../search/job.ts';
import { type Shard, shardText } from '../search/shard.ts';
import { emptyTotals, type Totals } from '../search/totals.ts';
import { type ExitCode, exitCodeOf, seenIn } from './exit-code.ts';
import { propertyNotes } from './property-notes.ts';
import type { PoolFlags, Session } from './session.ts';
import { seedTrace } from './seed-trace.ts';
import { sizeNotes } from './size-notes.ts';
import { durationText } from './values.ts';

export interface RunFlags extends PoolFlags {
  readonly seeds?: number;
  readonly time?: number;
  readonly seed?: Seed;
  readonly seedStart?: Seed;
  readonly shard?: Shard;
  readonly bail?: number;
  readonly clients?: number;
  readonly nodes?: number;
  readonly strategy?: StrategyName;
  readonly profile?: ProfileName;
  readonly maxSteps?: number;
  readonly shrinkTime: number;
  /** Fail when a mark was never reached. */
  readonly requireMarks?: boolean;
}

export async function runCommand(session: Session, named: string | undefined, flags: RunFlags): Promise<ExitCode> {
  checkTogether(flags);
  const { output, interrupt, nowMs } = session;
  const source = await loadSource(findScenario(named, session.workingFolder), flags.stuckTime);
  const workers = session.workers(flags.seed === undefined ? flags : { ...flags, jobs: 1 });
  const { shard } = flags;
  const seedStart = flags.seed ?? flags.seedStart ?? usualSeedStart(shard !== undefined);
  const ofShard = shard === undefined ? '' : `, shard ${shardText(shard)}`;
  const found = new Map<string, { readonly places: Saved; readonly sizes: Sizes | null }>();
  const startedAtMs = nowMs();
  let totals: Totals = emptyTotals();
  const showProgress = () => output.progress(() => progressText(totals, nowMs() - startedAtMs));
  const ticking = setInterval(showProgress, REDRAW_EVERY_MS);
  const end = await campaign({
    source,
    workers,
    variant: null,
    seedStart,
    seeds: flags.seed === undefined ? flags.seeds : 1,
    timeMs: flags.time,
    shard,
    bail: flags.bail,
    sizes: flags,
    stepsMax: flags.maxSteps,
    shrinkMs: flags.shrinkTime,
    repeatAll: flags.seed !== undefined,
    signal: interrupt.signal,
    onBegin: () => {
      for (const note of [...propertyNotes(source.scenario), ...sizeNotes(source.scenario, flags)]) output.note(note);
      if (flags.seed === undefined) output.note(`${source.scenario.name}: seeds from ${seedStart}${ofShard}`);
    },
    onRun: (current) => {
      totals = current;
      showProgress();
    },
    save: true,
    workingFolder: session.workingFolder,
    onFinding: (finding, places) => {
      if (places.complaint !== null) output.complain(places.complaint);
      found.set(finding.original.signature, { places, sizes: finding.shrunk?.after ?? null });
      output.result((palette) => ['', ...failureReport(finding, places, palette, output.flags.verbose), '']);
    },
    nowMs,
  }).finally(() => clearInterval(ticking));
  ({ totals } = end);
  const isSeen = output.flags.verbose && !output.flags.json && !interrupt.pressed;
  // A seed that fails has a replay to look at.
  if (flags.seed !== undefined && isSeen && totals.failures.size === 0)
    output.result(await seedTrace(workers, source, { ...flags, seed: flags.seed, stepsMax: flags.maxSteps }));
  const replays = new Map([...found].map(([signature, { places }]) => [signature, places.saved]));
  const { untested } = end;
  const ran = { seedStart, replays, untested, ...(shard === undefined ? {} : { shard }) };
  output.summary((palette) => summaryLines(totals, ran, palette));
  if (interrupt.pressed) {
    const goOn = goOnCommand(session, named, flags, { seedStart, done: totals.seeds, tookMs: nowMs() - startedAtMs });
    if (goOn !== null) output.result(() => ['interrupted; to go on:', `  ${goOn}`]);
  }
  const missed = Object.keys(totals.marks).filter((mark) => totals.marks[mark] === 0);
  const lacksMarks = flags.requireMarks === true && missed.length > 0;
  if (lacksMarks) output.complain(`never reached: ${missed.join(', ')}`);
  const { path: scenario } = source.place;
  const single = flags.seed !== undefined;
  const sizes = new Map([...found].map(([signature, one]) => [signature, one.sizes]));
  output.document(runDocument(totals, { ...ran, scenario, sizes, single, interrupted: interrupt.pressed }));
  const seen = seenIn([...totals.failures.values()].map(({ failure }) => failure));
  return exitCodeOf({
    interrupted: interrupt.pressed,
    scenarioError: seen.scenarioError === true,
    nondeterminism: seen.nondeterminism === true || !end.deterministic,
    failed: seen.failed === true || lacksMarks,
    nothingRan: totals.seeds === 0 || untested !== null,
  });
}

function checkTogether({ seed, seedStart, seeds, time, shard }: RunFlags): void {
  const others = { '--seed-start': seedStart, '--seeds': seeds, '--time': time, '--shard': shard };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (seed !== undefined && other !== undefined) throw new UsageError(`--seed runs one seed; leave out ${other}`);
}

/** The same command from the next seed on; null when nothing is left. */
function goOnCommand(
  session: Session,
  named: string | undefined,
  flags: RunFlags,
  { seedStart, done, tookMs }: { seedStart: Seed; done: number; tookMs: number },
): string | null {
  // A whole number of rounds over all shards, so that each goes on with seeds of its own.
  const behind = done * (flags.shard?.count ?? 1);
  const left = flags.seeds === undefined ? undefined : flags.seeds - behind;
  if ((left !== undefined && left <= (flags.shard?.index ?? 1) - 1) || flags.seed !== undefined) return null;
  const leftMs = flags.time === undefined ? undefined : wholeSeconds(flags.time - tookMs);
  if (leftMs === 0) return null;
  const flag = (name: string, value: number | string | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  return session.command(
    'run',
    ...(named === undefined
      ? []
      : [quoted(shownPath(path.resolve(session.workingFolder, named), session.workingFolder))]),
    ...flag('--seed-start', seedAfter(seedStart, behind)),
    ...flag('--seeds', left),
    ...flag('--time', leftMs === undefined ? undefined : durationText(leftMs)),
    ...flag('--shard', flags.shard === undefined ? undefined : shardText(flags.shard)),
    ...flag('--bail', flags.bail),
    ...sizeWords(flags),
    ...flag('--max-steps', flags.maxSteps),
    ...(flags.shrinkTime === USUAL_SHRINK_MS ? [] : ['--shrink-time', durationText(flags.shrinkTime)]),
    ...(flags.requireMarks === true ? ['--require-marks'] : []),
  );
}

/** Rounded up; none is left when none is. */
function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000)) * 1000;
}
