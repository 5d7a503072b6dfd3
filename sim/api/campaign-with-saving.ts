/**
 * A campaign on one scenario, as the command line and programs both make it: what is found is explained, saved if that is wanted, and handed over
 * with what shows it again.
 */
import type { PlanSizes } from '../plan/arbitrary.ts';
import { type CampaignOptions as SearchOptions, runCampaign } from '../search/campaign.ts';
import { type Finding, isSteady } from '../search/finding.ts';
import type { Totals } from '../search/totals.ts';
import { untestedReason } from '../search/untested.ts';
import type { Workers } from './workers.ts';
import { saveFinding, type Saved } from '../project/save-failure.ts';
import { commandOfSeed } from '../project/seed-command.ts';
import { checkSizes, sizesOf } from '../project/plan-sizes.ts';
import type { Source } from '../project/scenario-source.ts';
import { findStatefulPackages } from './stateful-packages.ts';

/** Without a number of seeds and a time. */
export const USUAL_TIME_MS = 10_000;
export const USUAL_SHRINK_MS = 10_000;

/** Of so many runs, one is repeated: enough to notice, and 5 % of the time. */
const REPEAT_ONE_IN = 20;

type Searched = Pick<
  SearchOptions,
  'seedStart' | 'seeds' | 'timeMs' | 'shard' | 'bail' | 'stepsMax' | 'shrinkMs' | 'signal' | 'onRun' | 'nowMs'
>;

/** What is undefined counts as absent. */
export interface Campaign extends Pick<Searched, 'seedStart' | 'shrinkMs' | 'signal' | 'nowMs'> {
  readonly source: Source;
  readonly workers: Workers;
  readonly variant: string | null;
  readonly sizes: PlanSizes;
  readonly seeds: number | undefined;
  readonly timeMs: number | undefined;
  readonly shard: Searched['shard'] | undefined;
  readonly bail: number | undefined;
  readonly stepsMax: number | undefined;
  readonly onRun: Searched['onRun'] | undefined;
  /** A single seed is repeated always. */
  readonly repeatAll?: boolean;
  readonly save: boolean;
  readonly workingFolder: string;
  /** Called when all that was asked is in order, before the first run. */
  readonly onBegin?: () => void;
  readonly onFinding: (finding: Finding, places: Saved) => void;
}

export interface CampaignEnd {
  readonly totals: Totals;
  /** False when something besides the seed decided, or was about to. */
  readonly deterministic: boolean;
  /** Why nothing was tested although all runs held; null when something was. */
  readonly untested: string | null;
}

/** Throws UsageError for sizes that are too large, and what bundling the variant throws. */
export async function campaign(asked: Campaign): Promise<CampaignEnd> {
  const { source, workers, variant, seeds, shrinkMs, nowMs, workingFolder } = asked;
  checkSizes(source.scenario, asked.sizes);
  const bundle = await source.bundle(variant);
  const stepsMax = given('stepsMax', asked.stepsMax);
  asked.onBegin?.();
  const places = new Map<string, Saved>();
  let deterministic = true;
  const totals = await runCampaign(workers.runner, {
    bundle: workers.register(bundle),
    seedStart: asked.seedStart,
    ...given('seeds', seeds),
    ...given('timeMs', asked.timeMs ?? (seeds === undefined ? USUAL_TIME_MS : undefined)),
    ...given('bail', asked.bail),
    ...given('shard', asked.shard),
    sizes: sizesOf(asked.sizes),
    shrinkMs,
    repeatOneIn: asked.repeatAll === true ? 1 : REPEAT_ONE_IN,
    ...stepsMax,
    signal: asked.signal,
    ...given('onRun', asked.onRun),
    onFinding: async (found) => {
      deterministic &&= isSteady(found);
      const { seed, plan, choices, failure, digest, original } = found;
      const isTheSameTwice = failure.verdict !== 'nondeterminism';
      const suspicion = { source, variant, plan, ...stepsMax, budgetMs: shrinkMs, nowMs };
      const finding = isTheSameTwice ? found : { ...found, statefulPackages: await findStatefulPackages(suspicion) };
      const otherwise = commandOfSeed(source, { seed, variant, sizes: asked.sizes, ...stepsMax }, workingFolder);
      const toSave = { variant, codeHash: bundle.codeHash, plan, choices, failure, digest, ...stepsMax };
      const replaces = places.get(original.signature);
      // A run that is not the same twice can't be replayed.
      const saved =
        asked.save && isTheSameTwice
          ? saveFinding(source, toSave, { workingFolder, replaces, otherwise })
          : { file: null, isNew: false, saved: null, command: otherwise, complaint: null };
      places.set(original.signature, saved);
      asked.onFinding(finding, saved);
    },
    nowMs,
  });
  const untested = untestedReason(totals, Object.keys(source.scenario.actors).length > 0);
  return { totals, deterministic, untested };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
