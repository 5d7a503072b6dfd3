/**
 * Runs the gateway's scenarios in the process of the test. All tests of the properties use it.
 */
import { simulatorEntry } from '../../sim/project/simulator.ts';
import type { ChoiceOverrides } from '../../sim/kernel/draws.ts';
import { formatSeed, type Seed } from '../../sim/kernel/seed.ts';
import { bundleScenario, bundleSystem } from '../../sim/load/bundle.ts';
import { sharedByBundles } from '../../sim/load/bundle-version.ts';
import { ImageLoader } from '../../sim/api/load-image.ts';
import { RunResources } from '../../sim/run/execute-run.ts';
import type { RunReport, ShrinkReport } from '../../sim/search/job.ts';
import { type LoadedScenario, runJob } from '../../sim/search/run-job.ts';
import type { SourceEdit } from '../../sim/index.ts';
import { completeScenario } from '../../sim/run/complete-scenario.ts';
import type { Failure } from '../../sim/run/run-verdict.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import client from '../client.ts';
import gateway from '../gateway.ts';
import server from '../server.ts';

/** The gateway's parts on simulated nodes, or the main of `npm start`. */
export const gatewayScenario = scenarioIn('../gateway.ts', gateway);
export const serverScenario = scenarioIn('../server.ts', server);

/** The client at the main of `npm start`, in this folder or in a copy of it. */
export const clientScenario = (folder: URL | string = '..') => scenarioIn(`${String(folder)}/client.ts`, client);

const images = new ImageLoader(new RunResources());

/** A clock that never advances, so that no budget of a test depends on the machine's speed. */
const nowMs = (): number => 0;

function scenarioIn(name: string, definition: typeof gateway) {
  const file = new URL(name, import.meta.url).pathname;
  const { system } = completeScenario(definition, file);
  return { file, bundle: bundleScenario(file, simulatorEntry), system, shared: sharedByBundles() };
}

/** The gateway, unmodified or with edits of its source, checked by all its properties or by one. */
export async function loadGateway(
  edits: readonly SourceEdit[] = [],
  property: string | null = null,
  { file: scenarioFile, bundle, system, shared } = gatewayScenario,
): Promise<LoadedScenario> {
  const scenario = await bundle;
  const loaded = images.load(await bundleSystem({ ...system, scenarioFile, scenario, edits, simulatorEntry, shared }));
  if (property === null) return loaded;
  const properties = loaded.scenario.properties.filter(({ id }) => id === property);
  return { ...loaded, scenario: { ...loaded.scenario, properties } };
}

export function runSeed(loaded: LoadedScenario, seed: Seed, more: { detailed?: boolean } = {}): Promise<RunReport> {
  return runJob(loaded, { kind: 'run', seed, ...more }, { nowMs });
}

/** Runs a plan, with choices that replace those of its seed. */
export function runPlan(
  loaded: LoadedScenario,
  {
    plan,
    choices = {},
    detailed = false,
  }: { readonly plan: Plan; readonly choices?: ChoiceOverrides; readonly detailed?: boolean },
): Promise<RunReport> {
  return runJob(loaded, { kind: 'run', seed: plan.seed, plan, choices, detailed }, { nowMs });
}

export function shrink(loaded: LoadedScenario, plan: Plan, { signature, atMs }: Failure): Promise<ShrinkReport> {
  return runJob(loaded, { kind: 'shrink', plan, signature, failedAtMs: atMs, budgetMs: 1 }, { nowMs });
}

/**
 * A run that violates a property, of the seeds from 0x1 to `seeds`; null if none does. `hint`: the
 * seed to begin with. Those before it come last.
 */
export async function firstViolation(
  loaded: LoadedScenario,
  property: string,
  seeds: number,
  hint = 1,
): Promise<RunReport | null> {
  const first = Math.min(hint, seeds);
  for (let count = 0; count < seeds; count += 1) {
    const number = 1 + ((first - 1 + count) % seeds);
    const report = await runSeed(loaded, formatSeed(BigInt(number)));
    const { failure } = report;
    if (failure?.verdict === 'violation' && failure.property === property) return report;
  }
  return null;
}
