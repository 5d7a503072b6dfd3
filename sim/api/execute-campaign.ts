/**
 * Runs a campaign on a scenario, for the command line and for programs alike. Each failure is
 * explained, saved on request, and passed on with the command that shows it again.
 */
import { rmSync } from 'node:fs';
import { type Differing, runCampaign, RunsVoid } from '../search/campaign.ts';
import { type CampaignOptions, sizesOf } from '../search/campaign-options.ts';
import { type Finding, isSteady } from '../search/finding.ts';
import { reasonOf } from '../search/passing/reason.ts';
import type { Totals } from '../search/totals.ts';
import { untestedOf, type Untested } from '../search/untested.ts';
import type { Workers } from './workers.ts';
import { isWorthSaving, saveFinding, type Saved, unsaved } from '../project/save-failure.ts';
import { commandOfSeed } from '../project/seed-command.ts';
import { checkSizes } from '../project/plan-sizes.ts';
import type { Source } from '../project/scenario-source.ts';
import type { SystemBundle } from '../load/bundle.ts';
import type { SourceOf } from '../kernel/placed-text.ts';
import { RunSecrets } from '../report/redaction/run-secrets.ts';
import { linesFor } from './report-lines.ts';
import { learnStatefulPackages } from './stateful-packages.ts';

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
  /** `sourceOf` finds the lines of places for the report. */
  readonly onFinding: (finding: Finding, saved: Saved, sourceOf: SourceOf) => void;
  /** Called when the search for packages that keep state begins. */
  readonly onSearch?: (() => void) | undefined;
  /**
   * Called when packages are found to keep state, with all that are known. Each process evaluates
   * them from then on. The campaign starts anew, and earlier findings are void.
   */
  readonly onLearned?: ((statefulPackages: readonly string[]) => void) | undefined;
  /** Called when the search has found no packages that explain the difference. */
  readonly onUnexplained?: (() => void) | undefined;
  /** Monotonic real time. */
  readonly nowMs: () => number;
}

export interface CampaignOutcome {
  readonly totals: Totals;
  /** False when something besides the seed decided, or tried to. */
  readonly deterministic: boolean;
  /** Why too little was tested although all runs held; null when enough was. */
  readonly untested: Untested | null;
}

/**
 * Throws UsageError for sizes that are too large, LoadError or VariantError when the code cannot be
 * bundled.
 */
export async function executeCampaign(parts: CampaignParts, options: CampaignOptions): Promise<CampaignOutcome> {
  const { source, workers, variant, nowMs } = parts;
  const { seedStart, signal } = options;
  const { runner } = workers;
  checkSizes(source.scenario, options);
  await source.bundle(variant);
  parts.onBegin?.();
  const reporter = new FindingReporter(parts, options);
  const explain = async (differing: Differing): Promise<boolean> => {
    parts.onSearch?.();
    const isExplained = await learnStatefulPackages({ ...differing, source, runner, variant, seedStart, signal });
    await reporter.passedOn;
    if (isExplained) parts.onLearned?.(source.statefulPackages);
    else if (!signal.aborted) parts.onUnexplained?.();
    // After an abort the search has no result, and the new campaign runs nothing.
    return isExplained || signal.aborted;
  };
  for (;;) {
    const bundle = await source.bundle(variant);
    const onFinding = (found: Finding): Promise<void> => reporter.report(found, bundle);
    try {
      const totals = await runCampaign({ runner, bundle, onFinding, explain, nowMs }, options);
      if (!signal.aborted) reporter.removeVoid();
      const untested = untestedOf(totals, source.scenario, options);
      return { totals, deterministic: reporter.deterministic, untested };
    } catch (error) {
      if (!(error instanceof RunsVoid)) throw error;
      reporter.startAnew();
    }
  }
}

/** Saves findings and passes them on. */
class FindingReporter {
  deterministic = true;
  readonly #parts: CampaignParts;
  readonly #options: CampaignOptions;
  readonly #savedBySignature = new Map<string, Saved>();
  /** Replays of void runs whose failures have not been found again. */
  readonly #void = new Map<string, Saved>();
  #passedOn: Promise<unknown> = Promise.resolve();

  constructor(parts: CampaignParts, options: CampaignOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  report(found: Finding, bundle: SystemBundle): Promise<void> {
    const passedOn = this.#saveAndPassOn(found, bundle);
    this.#passedOn = Promise.allSettled([this.#passedOn, passedOn]);
    return passedOn;
  }

  /** Settles when all findings so far have been passed on. */
  get passedOn(): Promise<unknown> {
    return this.#passedOn;
  }

  async #saveAndPassOn(raw: Finding, bundle: SystemBundle): Promise<void> {
    const { source, variant, workers, workingFolder, save, onFinding } = this.#parts;
    const { stepsMax, signal } = this.#options;
    const holds = await reasonOf(workers.runner, bundle, raw, { stepsMax, signal });
    const found = new RunSecrets().inFinding({ ...raw, holds });
    const { seed, plan, choices, failure, digest, original } = found;
    this.deterministic &&= isSteady(found);
    const otherwise = commandOfSeed(source, { ...sizesOf(this.#options), seed, variant, stepsMax }, workingFolder);
    const { statefulPackages } = source;
    const { codeHash } = bundle;
    const toSave = { variant, codeHash, plan, choices, failure, digest, stepsMax, statefulPackages };
    const { signature } = original;
    const replaces = this.#savedBySignature.get(signature) ?? this.#void.get(signature);
    const saved =
      save && isWorthSaving(failure)
        ? saveFinding(source, toSave, { workingFolder, replaces, otherwise })
        : unsaved(otherwise);
    this.#savedBySignature.set(signature, saved);
    this.#void.delete(signature);
    onFinding(found, saved, await linesFor({ source, variant, bundle }, found));
  }

  /** All runs so far are void. */
  startAnew(): void {
    for (const [signature, saved] of this.#savedBySignature) this.#void.set(signature, saved);
    this.#savedBySignature.clear();
    this.deterministic = true;
  }

  /** Deletes the replays of void runs whose failures were not found again. */
  removeVoid(): void {
    for (const { file, isNew } of this.#void.values()) if (isNew && file !== null) rmSync(file, { force: true });
  }
}
