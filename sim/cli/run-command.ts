/**
 * `run [scenario]`: runs a campaign. Each failure is saved and shown when it is found.
 */
import path from 'node:path';
import { type CampaignParts, executeCampaign } from '../api/execute-campaign.ts';
import { quoted, shownPath } from '../project/shell-command.ts';
import { findScenario } from '../project/project.ts';
import { defaultSeedStart } from '../search/seed-start.ts';
import { sizeFlags } from '../project/plan-sizes.ts';
import { loadSource } from '../project/scenario-source.ts';
import { UsageError } from '../project/usage-error.ts';
import { checkVariant } from '../project/check-variant.ts';
import { type Seed, seedAfter } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { runDocument } from '../report/documents/documents.ts';
import { failureReport } from '../report/failure-report.ts';
import { learnedLine, SEARCH_LINE, UNEXPLAINED_LINE } from '../report/learned-line.ts';
import { progressText, REDRAW_EVERY_MS } from '../report/progress-line.ts';
import { summaryLines } from '../report/summary.ts';
import { type CampaignOptions, DEFAULT_SHRINK_MS } from '../search/campaign-options.ts';
import type { Sizes } from '../search/job.ts';
import { shardText } from '../search/shard.ts';
import { emptyTotals, type Totals } from '../search/totals.ts';
import { type ExitCode, exitCodeOf, outcomeOf } from './exit-code.ts';
import { metadataNotes } from '../project/decorator-metadata.ts';
import { propertyNotes } from './property-notes.ts';
import type { PoolFlags, Session } from './session.ts';
import { seedTrace } from './seed-trace.ts';
import { sizeNotes } from './size-notes.ts';
import { durationText } from './values.ts';

/** Flags as commander reads them. A flag named like an option of a campaign is that option. */
export interface RunFlags extends PoolFlags, PlanSizes, Pick<CampaignOptions, 'seeds' | 'shard' | 'bail'> {
  /** Milliseconds. */
  readonly time?: number;
  /** Run this seed alone. */
  readonly seed?: Seed;
  readonly seedStart?: Seed;
  readonly maxSteps?: number;
  /** Plant this variant of the scenario. */
  readonly variant?: string;
  /** Milliseconds. */
  readonly shrinkTime: number;
  /** Fail when a mark was never reached. */
  readonly requireMarks?: boolean;
}

/** What the document has of a failure besides its totals. */
interface Found {
  readonly replay: string | null;
  readonly sizes: Sizes | null;
  readonly holds: string | null;
}

export async function runCommand(session: Session, named: string | undefined, flags: RunFlags): Promise<ExitCode> {
  checkConflicts(flags);
  const { output, interrupt, nowMs, workingFolder } = session;
  const single = flags.seed !== undefined;
  const place = findScenario(named, workingFolder);
  const workers = session.workers(single ? { ...flags, jobs: 1 } : flags);
  const source = await loadSource(place, flags.stuckTime);
  const { shard, variant = null } = flags;
  checkVariant(source, variant);
  const { systemCode } = await source.bundle(variant);
  for (const note of metadataNotes(place.project, source.scenario.system.entry, systemCode)) output.note(note);
  const seedStart = flags.seed ?? flags.seedStart ?? defaultSeedStart(shard !== undefined);
  const ofShard = shard === undefined ? '' : `, shard ${shardText(shard)}`;
  const found = new Map<string, Found>();
  const startedAtMs = nowMs();
  let totals: Totals = emptyTotals();
  const showProgress = () => output.progress(() => progressText(totals, nowMs() - startedAtMs));
  const ticking = setInterval(showProgress, REDRAW_EVERY_MS);
  const parts: CampaignParts = {
    source,
    workers,
    variant,
    save: true,
    workingFolder,
    onBegin: () => {
      for (const note of [...propertyNotes(source.scenario), ...sizeNotes(source.scenario, flags)]) output.note(note);
      const { statefulPackages } = source;
      if (statefulPackages.length > 0) output.note(learnedLine(statefulPackages));
      const planted = variant === null ? '' : `, variant ${variant}`;
      if (!single) output.note(`${source.scenario.name}${planted}: seeds from ${seedStart}${ofShard}`);
    },
    onFinding: (finding, saved, sourceOf) => {
      if (saved.complaint !== null) output.complain(saved.complaint);
      const { original, shrunk, holds = null } = finding;
      found.set(original.signature, { replay: saved.saved, sizes: shrunk?.after ?? null, holds });
      output.result((palette) => [
        '',
        ...failureReport(finding, source.scenario.actors, saved, palette, output.flags.verbose, sourceOf),
        '',
      ]);
    },
    onSearch: () => output.note(SEARCH_LINE),
    onLearned: (statefulPackages) => {
      const save = 'system.statefulPackages in the scenario saves the search';
      output.note(`${learnedLine(statefulPackages)}; the campaign starts anew (${save})`);
      found.clear();
    },
    onUnexplained: () => output.note(UNEXPLAINED_LINE),
    nowMs,
  };
  const campaign = await executeCampaign(parts, {
    ...flags,
    seedStart,
    seeds: single ? 1 : flags.seeds,
    timeMs: flags.time,
    stepsMax: flags.maxSteps,
    shrinkMs: flags.shrinkTime,
    repeatOneIn: single ? 1 : undefined,
    signal: interrupt.signal,
    onRun: (current) => {
      totals = current;
      showProgress();
    },
  }).finally(() => clearInterval(ticking));
  ({ totals } = campaign);
  const isShown = output.flags.verbose && !output.flags.json && !interrupt.pressed;
  // A failing seed has a report, and a replay whose trace `replay <id> --verbose` prints.
  if (flags.seed !== undefined && isShown && totals.failures.size === 0)
    output.result(
      await seedTrace(
        workers,
        { source, variant, bundle: await source.bundle(variant) },
        { ...flags, seed: flags.seed, stepsMax: flags.maxSteps },
      ),
    );
  const replays = new Map([...found].map(([signature, { replay }]) => [signature, replay]));
  const untested = campaign.untested?.reason ?? null;
  const ran = { seedStart, variant, replays, untested, shard, statefulPackages: source.statefulPackages };
  output.summary((palette, columns) => summaryLines(totals, ran, palette, columns));
  if (interrupt.pressed) {
    const done = { seedStart, seeds: totals.seeds, tookMs: nowMs() - startedAtMs };
    const command = continueCommand(session, named, flags, done);
    if (command !== null) output.result(() => ['interrupted; to continue:', `  ${command}`]);
  }
  const missed = Object.keys(totals.marks).filter((mark) => totals.marks[mark] === 0);
  const lacksMarks = flags.requireMarks === true && missed.length > 0;
  if (lacksMarks) output.complain(`marks never reached: ${missed.join(', ')}`);
  const { path: scenario } = source.place;
  const sizes = new Map([...found].map(([signature, finding]) => [signature, finding.sizes]));
  const holds = new Map([...found].map(([signature, finding]) => [signature, finding.holds]));
  output.document(runDocument(totals, { ...ran, scenario, sizes, holds, single, interrupted: interrupt.pressed }));
  const outcome = outcomeOf([...totals.failures.values()].map(({ failure }) => failure));
  return exitCodeOf({
    ...outcome,
    interrupted: interrupt.pressed,
    nondeterminism: outcome.nondeterminism === true || !campaign.deterministic,
    nothingRan: totals.seeds === 0 || untested !== null || lacksMarks,
  });
}

/** Throws UsageError for flags that contradict `--seed`. */
function checkConflicts({ seed, seedStart, seeds, time, shard }: RunFlags): void {
  const others = { '--seed-start': seedStart, '--seeds': seeds, '--time': time, '--shard': shard };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (seed !== undefined && other !== undefined) throw new UsageError(`--seed runs one seed; leave out ${other}`);
}

/**
 * The same command from the next seed on, with the time that is left. Null when nothing is left.
 */
function continueCommand(
  session: Session,
  named: string | undefined,
  flags: RunFlags,
  done: { readonly seedStart: Seed; readonly seeds: number; readonly tookMs: number },
): string | null {
  // All shards move on by whole rounds, so that each continues with its own seeds.
  const behind = done.seeds * (flags.shard?.count ?? 1);
  const left = flags.seeds === undefined ? undefined : flags.seeds - behind;
  if ((left !== undefined && left <= (flags.shard?.index ?? 1) - 1) || flags.seed !== undefined) return null;
  const leftMs = flags.time === undefined ? undefined : wholeSeconds(flags.time - done.tookMs);
  if (leftMs === 0) return null;
  const flag = (name: string, value: number | string | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  return session.command(
    'run',
    ...(named === undefined
      ? []
      : [quoted(shownPath(path.resolve(session.workingFolder, named), session.workingFolder))]),
    ...flag('--seed-start', seedAfter(done.seedStart, behind)),
    ...flag('--seeds', left),
    ...flag('--time', leftMs === undefined ? undefined : durationText(leftMs)),
    ...flag('--shard', flags.shard === undefined ? undefined : shardText(flags.shard)),
    ...flag('--bail', flags.bail),
    ...flag('--variant', flags.variant === undefined ? undefined : quoted(flags.variant)),
    ...sizeFlags(flags),
    ...flag('--max-steps', flags.maxSteps),
    ...(flags.shrinkTime === DEFAULT_SHRINK_MS ? [] : ['--shrink-time', durationText(flags.shrinkTime)]),
    ...(flags.requireMarks === true ? ['--require-marks'] : []),
  );
}

/** Rounds up to whole seconds; never negative. */
function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000)) * 1000;
}
