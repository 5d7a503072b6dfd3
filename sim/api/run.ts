/**
 * The public function `run`. It prints nothing and ends no process.
 */
import type { Seed } from '../kernel/seed.ts';
import { PLAIN } from '../report/colour.ts';
import { failureReport } from '../report/failure-report.ts';
import { type CampaignOptions, DEFAULT_SHRINK_MS } from '../search/campaign-options.ts';
import { defaultSeedStart } from '../search/seed-start.ts';
import type { Totals } from '../search/totals.ts';
import { createWorkers } from './create-workers.ts';
import { executeCampaign } from './execute-campaign.ts';
import type { FoundFailure } from './found-failure.ts';
import { type Validated, validateOptions } from './validate-options.ts';
import { workersOptionsOf, pathOf, type RunOptions } from './options.ts';
import { checkVariant } from '../project/check-variant.ts';
import { findScenario } from '../project/project.ts';
import { loadSource, type Source } from '../project/scenario-source.ts';

export interface RunOutcome {
  /** True when every run held, and every repeated run was the same. */
  readonly held: boolean;
  /** False when something besides the seed decided. Then no failure is reliable. */
  readonly deterministic: boolean;
  /**
   * Why too little was tested although every run held, such as `no operation ended ok: …`; null
   * when enough was. The command line then exits with 4.
   */
  readonly untested: string | null;
  /** Ids of the properties that were never judged although enough seeds ran. */
  readonly unjudged: readonly string[];
  readonly seedStart: Seed;
  /** Packages that were found to keep state. Each process evaluated them in all runs that count. */
  readonly statefulPackages: readonly string[];
  readonly totals: Totals;
  readonly findings: readonly FoundFailure[];
}

/** Captured when the module loads, before a test can replace `performance` by a fake. */
const nowMs = performance.now.bind(performance);

/**
 * Runs seeds of the scenario in `scenarioFile`. By default, runs for 10 s from a random seed.
 *
 * Throws UsageError for invalid options or files, LoadError when the code cannot be loaded,
 * VariantError when an edit of the variant does not match the code.
 */
export async function run(scenarioFile: string | URL, options: RunOptions = {}): Promise<RunOutcome> {
  const validated = validateOptions('run', options);
  const place = findScenario(pathOf(scenarioFile), options.folder ?? process.cwd());
  const source = await loadSource(place, workersOptionsOf(options).stuckMs);
  return runSource(source, validated);
}

/** Runs seeds of a loaded scenario. */
export async function runSource(source: Source, options: Validated<'run'>): Promise<RunOutcome> {
  const { variant = null, save = false, folder = process.cwd(), onFinding } = options;
  checkVariant(source, variant);
  const campaign: CampaignOptions = {
    ...options,
    seedStart: options.seedStart ?? defaultSeedStart(options.shard !== undefined),
    shrinkMs: options.shrinkMs ?? DEFAULT_SHRINK_MS,
    signal: options.signal ?? new AbortController().signal,
  };
  // By signature: a smaller failure replaces the one before it.
  const findings = new Map<string, FoundFailure>();
  const workers = createWorkers(workersOptionsOf(options));
  try {
    const parts = { source, workers, variant, save, workingFolder: folder, nowMs };
    const { totals, deterministic, untested } = await executeCampaign(
      {
        ...parts,
        onFinding: (finding, saved, sourceOf) => {
          const { file, command } = saved;
          const found = {
            ...finding,
            holds: finding.holds ?? null,
            file,
            command,
            lines: failureReport(finding, source.scenario.actors, saved, PLAIN, false, sourceOf),
          };
          findings.set(finding.original.signature, found);
          onFinding?.(found);
        },
        onLearned: () => findings.clear(),
      },
      campaign,
    );
    const held = totals.failures.size === 0 && deterministic;
    return {
      held,
      deterministic,
      untested: untested?.reason ?? null,
      unjudged: untested?.properties ?? [],
      seedStart: campaign.seedStart,
      statefulPackages: source.statefulPackages,
      totals,
      findings: [...findings.values()],
    };
  } finally {
    await workers.close();
  }
}

/** The code of a variant. Throws UsageError for an unknown variant. */
export function bundleVariant(source: Source, variant: string | null): ReturnType<Source['bundle']> {
  checkVariant(source, variant);
  return source.bundle(variant);
}
