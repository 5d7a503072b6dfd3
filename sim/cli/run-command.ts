/**
 * `run [scenario]`: one seed after the other. Each failure is saved and shown when it is found.
 */
import path from 'node:path';
import { quoted, shownPath } from '../api/paste.ts';
import { findScenario } from '../api/project.ts';
import { usualSeedStart } from '../api/run.ts';
import type { Saved } from '../api/saving.ts';
import { commandOfSeed } from '../api/seed-command.ts';
import { checkSizes, sizesOf, sizeWords } from '../api/sizes.ts';
import { loadSource } from '../api/source.ts';
import { findStatefulPackages } from '../api/stateful-packages.ts';
import { UsageError } from '../api/usage-error.ts';
import { type Seed, seedAfter } from '../kernel/seed.ts';
import type { StrategyName } from '../kernel/strategy.ts';
import type { ProfileName } from '../plan/profile.ts';
import { runDocument } from '../report/documents.ts';
import { failureReport } from '../report/failure-report.ts';
import { progressText, REDRAW_EVERY_MS } from '../report/progress-line.ts';
import { summaryLines } from '../report/summary.ts';
import { type CampaignOptions, runCampaign } from '../search/campaign.ts';
import type { Finding } from '../search/finding.ts';
import type { Sizes } from '../search/job.ts';
import { type Shard, shardText } from '../search/shard.ts';
import { emptyTotals, type Totals } from '../search/totals.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { save } from './saving.ts';
import type { PoolFlags, Session } from './session.ts';
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

const DEFAULT_TIME_MS = 10_000;

/** What the flag says when it is not given. */
export const SHRINK_TIME_MS = 10_000;

/** Of so many runs, one is repeated: enough to notice, and 5 % of the time. A single seed is always repeated. */
const REPEAT_ONE_IN = 20;

export async function runCommand(session: Session, named: string | undefined, flags: RunFlags): Promise<ExitCode> {
  checkTogether(flags);
  const { output, interrupt, nowMs } = session;
  const source = await loadSource(findScenario(named, session.workingFolder), flags.stuckTime);
  checkSizes(source.scenario, flags);
  const bundle = await source.bundle(null);
  const crew = session.crew(flags.seed === undefined ? flags : { ...flags, jobs: 1 });
  const { shard } = flags;
  const seedStart = flags.seed ?? flags.seedStart ?? usualSeedStart(shard !== undefined);
  const ofShard = shard === undefined ? '' : `, shard ${shardText(shard)}`;
  if (flags.seed === undefined) output.note(`${source.scenario.name}: seeds from ${seedStart}${ofShard}`);
  const found = new Map<string, { readonly places: Saved; readonly sizes: Sizes | null }>();
  const stepsMax = flags.maxSteps === undefined ? {} : { stepsMax: flags.maxSteps };
  let nondeterminism = false;
  const onFinding = async (finding: Finding): Promise<void> => {
    const { failure, original, plan, choices, digest, replayed } = finding;
    const isEscape = failure.verdict === 'escape' || failure.verdict === 'nondeterminism';
    nondeterminism ||= replayed.same < replayed.of || isEscape;
    const run = { seed: finding.seed, variant: null, sizes: flags, ...stepsMax };
    const command = commandOfSeed(source, run, session.workingFolder);
    if (failure.verdict === 'nondeterminism') {
      const budgetMs = flags.shrinkTime;
      const statefulPackages = await findStatefulPackages({
        source,
        variant: null,
        plan,
        ...stepsMax,
        budgetMs,
        nowMs,
      });
      output.result((palette) => [
        '',
        ...failureReport({ ...finding, statefulPackages }, { saved: null, command }, palette, output.flags.verbose),
        '',
      ]);
      return;
    }
    const { signature } = original;
    const toSave = { variant: null, codeHash: bundle.codeHash, plan, choices, failure, digest, ...stepsMax };
    const places = save(session, source, toSave, {
      replaces: found.get(signature)?.places,
      otherwise: command,
    });
    found.set(signature, { places, sizes: finding.shrunk?.after ?? null });
    output.result((palette) => ['', ...failureReport(finding, places, palette, output.flags.verbose), '']);
  };
  const startedAtMs = nowMs();
  let totals: Totals = emptyTotals();
  const showProgress = () => output.progress(() => progressText(totals, nowMs() - startedAtMs));
  const ticking = setInterval(showProgress, REDRAW_EVERY_MS);
  try {
    totals = await runCampaign(crew.performer, {
      bundle: crew.register(bundle),
      seedStart,
      ...limitsOf(flags),
      sizes: sizesOf(flags),
      shrinkMs: flags.shrinkTime,
      repeatOneIn: flags.seed === undefined ? REPEAT_ONE_IN : 1,
      ...stepsMax,
      signal: interrupt.signal,
      onRun: (current) => {
        totals = current;
        showProgress();
      },
      onFinding,
      nowMs,
    });
  } finally {
    clearInterval(ticking);
  }
  const replays = new Map([...found].map(([signature, { places }]) => [signature, places.saved]));
  const ran = { seedStart, replays, ...(shard === undefined ? {} : { shard }) };
  output.summary((palette) => summaryLines(totals, ran, palette));
  if (interrupt.pressed) {
    const goOn = goOnCommand(session, named, flags, { seedStart, done: totals.seeds });
    if (goOn !== null) output.result(() => ['interrupted; to go on:', `  ${goOn}`]);
  }
  const missed = Object.keys(totals.marks).filter((mark) => totals.marks[mark] === 0);
  const lacksMarks = flags.requireMarks === true && missed.length > 0;
  if (lacksMarks) output.complain(`never reached: ${missed.join(', ')}`);
  const { path: scenario } = source.place;
  const single = flags.seed !== undefined;
  const sizes = new Map([...found].map(([signature, one]) => [signature, one.sizes]));
  output.document(runDocument(totals, { ...ran, scenario, sizes, single, interrupted: interrupt.pressed }));
  return exitCodeOf({
    interrupted: interrupt.pressed,
    harnessFault: [...totals.failures.values()].some(({ failure }) => failure.verdict === 'harness'),
    nondeterminism,
    failed: totals.failures.size > 0 || lacksMarks,
    nothingRan: totals.seeds === 0,
  });
}

function checkTogether({ seed, seedStart, seeds, time, shard }: RunFlags): void {
  const others = { '--seed-start': seedStart, '--seeds': seeds, '--time': time, '--shard': shard };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (seed !== undefined && other !== undefined) throw new UsageError(`--seed runs one seed; leave out ${other}`);
}

type Limits = Pick<CampaignOptions, 'seeds' | 'timeMs' | 'bail' | 'shard'>;

function limitsOf({ seed, seeds, time, bail, shard }: RunFlags): Limits {
  const enough = { ...(bail === undefined ? {} : { bail }), ...(shard === undefined ? {} : { shard }) };
  if (seed !== undefined) return { seeds: 1, ...enough };
  if (seeds === undefined && time === undefined) return { timeMs: DEFAULT_TIME_MS, ...enough };
  return { ...(seeds === undefined ? {} : { seeds }), ...(time === undefined ? {} : { timeMs: time }), ...enough };
}

/** The same command from the next seed on; null when nothing is left. */
function goOnCommand(
  session: Session,
  named: string | undefined,
  flags: RunFlags,
  { seedStart, done }: { seedStart: Seed; done: number },
): string | null {
  // A whole number of rounds over all shards, so that each goes on with seeds of its own.
  const behind = done * (flags.shard?.count ?? 1);
  const left = flags.seeds === undefined ? undefined : flags.seeds - behind;
  if ((left !== undefined && left <= (flags.shard?.index ?? 1) - 1) || flags.seed !== undefined) return null;
  const flag = (name: string, value: number | string | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  return session.command(
    'run',
    ...(named === undefined
      ? []
      : [quoted(shownPath(path.resolve(session.workingFolder, named), session.workingFolder))]),
    ...flag('--seed-start', seedAfter(seedStart, behind)),
    ...flag('--seeds', left),
    ...flag('--time', flags.time === undefined ? undefined : durationText(flags.time)),
    ...flag('--shard', flags.shard === undefined ? undefined : shardText(flags.shard)),
    ...flag('--bail', flags.bail),
    ...sizeWords(flags),
    ...flag('--max-steps', flags.maxSteps),
    ...(flags.shrinkTime === SHRINK_TIME_MS ? [] : ['--shrink-time', durationText(flags.shrinkTime)]),
    ...(flags.requireMarks === true ? ['--require-marks'] : []),
  );
}
