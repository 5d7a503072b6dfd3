/**
 * Runs seeds of a scenario and hands back what was found. Nothing is printed, and no process ends.
 */
import { randomBytes } from 'node:crypto';
import { formatSeed, type Seed } from '../kernel/seed.ts';
import { PLAIN } from '../report/colour.ts';
import { failureReport } from '../report/failure-report.ts';
import { runCampaign } from '../search/campaign.ts';
import type { Finding } from '../search/finding.ts';
import { parseShard, type Shard } from '../search/shard.ts';
import type { Totals } from '../search/totals.ts';
import { checkOptions } from './check-options.ts';
import { Crew } from './crew.ts';
import { type CampaignOptions, crewOptionsOf, pathOf, type PlaceOptions, seedOf } from './options.ts';
import { findScenario } from './project.ts';
import { saveFinding, type Saved } from './saving.ts';
import { commandOfSeed } from './seed-command.ts';
import { checkSizes, sizesOf } from './sizes.ts';
import { loadSource, type Source } from './source.ts';
import { findStatefulPackages } from './stateful-packages.ts';
import { UsageError } from './usage-error.ts';

export interface RunOptions extends CampaignOptions, PlaceOptions {
  /** Called after each run with the totals so far. */
  readonly onRun?: (totals: Totals) => void;
  /** Called when a failure has been found and made small, and again when a smaller one of its signature has. */
  readonly onFinding?: (found: FoundFailure) => void;
}

/** The smallest failure of its signature. */
export interface FoundFailure extends Finding {
  /** The replay file, absolute; null when none was saved. */
  readonly file: string | null;
  /** What shows the failure again: a command to be pasted, or a call where no command does it. */
  readonly command: string;
  /** What the command line would print. */
  readonly lines: readonly string[];
}

export interface RunOutcome {
  /** True when every run held and was the same again where it was repeated. */
  readonly held: boolean;
  /** False when something besides the seed decided: then no failure can be relied on. */
  readonly deterministic: boolean;
  readonly seedStart: Seed;
  readonly totals: Totals;
  readonly findings: readonly FoundFailure[];
}

const DEFAULT_TIME_MS = 10_000;
const DEFAULT_SHRINK_MS = 10_000;

/** Of so many runs, one is repeated and compared. */
const REPEAT_ONE_IN = 20;

const nowMs = performance.now.bind(performance);

/**
 * Runs seeds of the scenario in `scenarioFile`: for 10 s from a fresh seed, unless told otherwise.
 *
 * Throws UsageError for options and files that are not in order, LoadError when the code can't be loaded, VariantError when a
 * variant's edit does not fit any more.
 */
export async function run(scenarioFile: string | URL, options: RunOptions = {}): Promise<RunOutcome> {
  checkOptions('run', options);
  const place = findScenario(pathOf(scenarioFile), options.folder ?? process.cwd());
  const source = await loadSource(place, crewOptionsOf(options).stuckMs);
  return runSource(source, options);
}

/** The same for a scenario that is loaded already. */
export async function runSource(source: Source, options: RunOptions): Promise<RunOutcome> {
  const { variant = null, signal = new AbortController().signal, onRun, onFinding, seeds, timeMs, bail } = options;
  const stepsMax = options.stepsMax === undefined ? {} : { stepsMax: options.stepsMax };
  checkSizes(source.scenario, options);
  const bundle = await variantOf(source, variant);
  const shrinkMs = options.shrinkMs ?? DEFAULT_SHRINK_MS;
  const seedStart = seedOf(options.seedStart, () => usualSeedStart(options.shard !== undefined));
  const findings: FoundFailure[] = [];
  const files = new Map<FoundFailure, Saved | undefined>();
  const crew = new Crew(crewOptionsOf(options));
  try {
    const totals = await runCampaign(crew.performer, {
      bundle: crew.register(bundle),
      seedStart,
      ...(seeds === undefined ? {} : { seeds }),
      ...(seeds === undefined || timeMs !== undefined ? { timeMs: timeMs ?? DEFAULT_TIME_MS } : {}),
      ...(bail === undefined ? {} : { bail }),
      ...shardOf(options.shard),
      sizes: sizesOf(options),
      shrinkMs,
      repeatOneIn: REPEAT_ONE_IN,
      ...stepsMax,
      signal,
      ...(onRun === undefined ? {} : { onRun }),
      onFinding: async (finding) => {
        const explained = await explain(source, finding, { variant, ...stepsMax, budgetMs: shrinkMs });
        const at = findings.findIndex(({ original }) => original.signature === finding.original.signature);
        const before = findings[at];
        const code = { variant, codeHash: bundle.codeHash, ...stepsMax };
        const { saved, found } = keep(
          source,
          explained,
          code,
          options,
          before === undefined ? undefined : files.get(before),
        );
        files.set(found, saved);
        if (before === undefined) findings.push(found);
        else findings[at] = found;
        onFinding?.(found);
      },
      nowMs,
    });
    const deterministic = findings.every(isSteady);
    return { held: totals.failures.size === 0 && deterministic, deterministic, seedStart, totals, findings };
  } finally {
    await crew.close();
  }
}

/** A fresh one each time, but the same for all shards, which must agree. */
export function usualSeedStart(isSharded: boolean): Seed {
  return isSharded ? '0x1' : formatSeed(randomBytes(8).readBigUInt64BE());
}

/** Throws UsageError when there is no such variant. */
export function variantOf(source: Source, variant: string | null): ReturnType<Source['bundle']> {
  const known = source.scenario.variants.map(({ id }) => id);
  if (variant !== null && !known.includes(variant)) {
    throw new UsageError(
      `there is no variant ${variant}; there are: ${known.length === 0 ? 'none' : known.join(', ')}`,
    );
  }
  return source.bundle(variant);
}

function shardOf(text: string | undefined): { shard?: Shard } {
  const shard = text === undefined ? null : parseShard(text);
  return shard === null ? {} : { shard };
}

function isSteady({ failure, replayed }: Finding): boolean {
  return replayed.same === replayed.of && failure.verdict !== 'escape' && failure.verdict !== 'nondeterminism';
}

async function explain(
  source: Source,
  finding: Finding,
  how: { readonly variant: string | null; readonly stepsMax?: number; readonly budgetMs: number },
): Promise<Finding> {
  if (finding.failure.verdict !== 'nondeterminism') return finding;
  return {
    ...finding,
    statefulPackages: await findStatefulPackages({ source, plan: finding.plan, nowMs, ...how }),
  };
}

function keep(
  source: Source,
  finding: Finding,
  code: { readonly variant: string | null; readonly codeHash: string; readonly stepsMax?: number },
  options: RunOptions,
  replaces: Saved | undefined,
): { readonly found: FoundFailure; readonly saved: Saved | undefined } {
  const { plan, choices, failure, digest, seed } = finding;
  const { folder: workingFolder = process.cwd(), save = false } = options;
  const otherwise = commandOfSeed(source, { seed, sizes: options, ...code }, workingFolder);
  // A run that is not the same twice can't be replayed.
  const isSaved = save && failure.verdict !== 'nondeterminism';
  const saved = isSaved
    ? saveFinding(source, { ...code, plan, choices, failure, digest }, { workingFolder, replaces, otherwise })
    : undefined;
  const places = saved ?? { file: null, saved: null, command: otherwise };
  const { file, command } = places;
  return { saved, found: { ...finding, file, command, lines: failureReport(finding, places, PLAIN) } };
}
