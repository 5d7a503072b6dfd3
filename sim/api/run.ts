/**
 * Runs seeds of a scenario and hands back what was found. Nothing is printed, and no process ends.
 */
import { randomBytes } from 'node:crypto';
import { formatSeed, type Seed } from '../kernel/seed.ts';
import { PLAIN } from '../report/colour.ts';
import { failureReport } from '../report/failure-report.ts';
import type { Finding } from '../search/finding.ts';
import { parseShard } from '../search/shard.ts';
import type { Totals } from '../search/totals.ts';
import { campaign, USUAL_SHRINK_MS } from './campaign-with-saving.ts';
import { checkOptions } from './validate-options.ts';
import { Workers } from './workers.ts';
import { type CampaignOptions, workersOptionsOf, pathOf, type PlaceOptions, seedOf } from './options.ts';
import { findScenario } from '../project/project.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';
import { UsageError } from '../project/usage-error.ts';

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
  /**
   * Why nothing was tested although every run held, such as `no operation ended ok: …`; null when something was. The
   * command line then exits with 4.
   */
  readonly untested: string | null;
  readonly seedStart: Seed;
  readonly totals: Totals;
  readonly findings: readonly FoundFailure[];
}

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
  const source = await loadSource(place, workersOptionsOf(options).stuckMs);
  return runSource(source, options);
}

/** The same for a scenario that is loaded already. */
export async function runSource(source: Source, options: RunOptions): Promise<RunOutcome> {
  const { variant = null, signal = new AbortController().signal, onFinding } = options;
  checkVariant(source, variant);
  const seedStart = seedOf(options.seedStart, () => usualSeedStart(options.shard !== undefined));
  // A smaller one takes the place of the one before it.
  const findings = new Map<string, FoundFailure>();
  const workers = new Workers(workersOptionsOf(options));
  try {
    const { totals, deterministic, untested } = await campaign({
      source,
      workers,
      variant,
      seedStart,
      seeds: options.seeds,
      timeMs: options.timeMs,
      shard: options.shard === undefined ? undefined : (parseShard(options.shard) ?? undefined),
      bail: options.bail,
      sizes: options,
      stepsMax: options.stepsMax,
      shrinkMs: options.shrinkMs ?? USUAL_SHRINK_MS,
      signal,
      onRun: options.onRun,
      save: options.save ?? false,
      workingFolder: options.folder ?? process.cwd(),
      onFinding: (finding, places) => {
        const { file, command } = places;
        const found = { ...finding, file, command, lines: failureReport(finding, places, PLAIN) };
        findings.set(finding.original.signature, found);
        onFinding?.(found);
      },
      nowMs,
    });
    const held = totals.failures.size === 0 && deterministic;
    return { held, deterministic, untested, seedStart, totals, findings: [...findings.values()] };
  } finally {
    await workers.close();
  }
}

/** A fresh one each time, but the same for all shards, which must agree. */
export function usualSeedStart(isSharded: boolean): Seed {
  return isSharded ? '0x1' : formatSeed(randomBytes(8).readBigUInt64BE());
}

/** The code of a variant. Throws UsageError when there is no such variant. */
export function variantOf(source: Source, variant: string | null): ReturnType<Source['bundle']> {
  checkVariant(source, variant);
  return source.bundle(variant);
}

function checkVariant(source: Source, variant: string | null): void {
  const known = source.scenario.variants.map(({ id }) => id);
  if (variant !== null && !known.includes(variant)) {
    throw new UsageError(
      `there is no variant ${variant}; there are: ${known.length === 0 ? 'none' : known.join(', ')}`,
    );
  }
}
