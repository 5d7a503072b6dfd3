/**
 * Runs a campaign on a scenario, for the command line and for programs alike. Each failure is
 * explained, saved on request, and passed on with the command that shows it again.
 */
import { runCampaign } from '../search/campaign.ts';
import { type CampaignOptions, sizesOf } from '../search/campaign-options.ts';
import { type Finding, isSteady } from '../search/finding.ts';
import type { Totals } from '../search/totals.ts';
import { untestedReason } from '../search/untested.ts';
import type { Workers } from './workers.ts';
import { saveFinding, type Saved } from '../project/save-failure.ts';
import { commandOfSeed } from '../project/seed-command.ts';
import { checkSizes } from '../project/plan-sizes.ts';
import type { Source } from '../project/scenario-source.ts';
import { findStatefulPackages } from './stateful-packages.ts';

export interface CampaignParts {
  readonly source: Source;
  readonly workers: Workers;
  /** Null for the unmodified code. */
  readonly variant: string | null;
  /** Save failures as replays. */
  readonly save: boolean;
  /** Files are shown relative to this folder, and commands are made to be run in it. */
  readonly workingFolder: string;
  /** Called before the first run, once the options and the code are known to be valid. */
  readonly onBegin?: (() => void) | undefined;
  readonly onFinding: (finding: Finding, saved: Saved) => void;
  /** Monotonic real time. */
  readonly nowMs: () => number;
}

export interface CampaignOutcome {
  readonly totals: Totals;
  /** False when something besides the seed decided, or tried to. */
  readonly deterministic: boolean;
  /** Why nothing was tested although all runs held; null when something was. */
  readonly untested: string | null;
}

/**
 * Throws UsageError for sizes that are too large, LoadError or VariantError when the code cannot be
 * bundled.
 */
export async function executeCampaign(parts: CampaignParts, options: CampaignOptions): Promise<CampaignOutcome> {
  const { source, workers, variant, workingFolder, nowMs } = parts;
  const { stepsMax, shrinkMs } = options;
  checkSizes(source.scenario, options);
  const bundle = await source.bundle(variant);
  parts.onBegin?.();
  const savedBySignature = new Map<string, Saved>();
  let deterministic = true;
  const onFinding = async (found: Finding): Promise<void> => {
    deterministic &&= isSteady(found);
    const { seed, plan, choices, failure, digest, original } = found;
    // A run that differs when repeated cannot be replayed.
    const isRepeatable = failure.verdict !== 'nondeterminism';
    const suspicion = { source, variant, plan, stepsMax, budgetMs: shrinkMs, nowMs };
    const finding = isRepeatable ? found : { ...found, statefulPackages: await findStatefulPackages(suspicion) };
    const otherwise = commandOfSeed(source, { ...sizesOf(options), seed, variant, stepsMax }, workingFolder);
    const toSave = { variant, codeHash: bundle.codeHash, plan, choices, failure, digest, stepsMax };
    const replaces = savedBySignature.get(original.signature);
    const saved =
      parts.save && isRepeatable
        ? saveFinding(source, toSave, { workingFolder, replaces, otherwise })
        : { file: null, isNew: false, saved: null, command: otherwise, complaint: null };
    savedBySignature.set(original.signature, saved);
    parts.onFinding(finding, saved);
  };
  const totals = await runCampaign({ runner: workers.runner, bundle, onFinding, nowMs }, options);
  const untested = untestedReason(totals, Object.keys(source.scenario.actors).length > 0);
  return { totals, deterministic, untested };
}
