/**
 * The gateway's scenario in the test's own process: the one entry point that tests of the properties go through.
 */
import { simulatorEntry } from '../../sim/project/simulator.ts';
import type { ChoiceOverrides } from '../../sim/kernel/draws.ts';
import { formatSeed, type Seed } from '../../sim/kernel/seed.ts';
import { bundleScenario, bundleSystem } from '../../sim/load/bundle.ts';
import { loadImage, type LoadedScenario } from '../../sim/api/load-image.ts';
import { RunResources } from '../../sim/run/execute-run.ts';
import type { RunReport, ShrinkReport } from '../../sim/search/job.ts';
import { runJob } from '../../sim/search/run-job.ts';
import type { SourceEdit } from '../../sim/index.ts';
import { completeScenario } from '../../sim/run/complete-scenario.ts';
import type { Failure } from '../../sim/run/run-verdict.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import gateway from '../gateway.ts';

const SCENARIO_FILE = new URL('../gateway.ts', import.meta.url).pathname;

const resources = new RunResources();
const scenarioBundle = bundleScenario(SCENARIO_FILE, simulatorEntry);

/** No budget of a test depends on the clock: this one stands still. */
const nowMs = (): number => 0;

/** The gateway with some edits of its source, or clean; judged by all its properties, or by one alone. */
export async function loadGateway(
  edits: readonly SourceEdit[] = [],
  property: string | null = null,
): Promise<LoadedScenario> {
  const scenario = await scenarioBundle;
  const { system } = completeScenario(gateway, SCENARIO_FILE);
  const loaded = loadImage(
    await bundleSystem({ ...system, scenarioFile: SCENARIO_FILE, scenario, edits, simulatorEntry }),
    resources,
  );
  if (property === null) return loaded;
  const properties = loaded.scenario.properties.filter(({ id }) => id === property);
  return { ...loaded, scenario: { ...loaded.scenario, properties } };
}

export function runSeed(loaded: LoadedScenario, seed: Seed, more: { detailed?: boolean } = {}): Promise<RunReport> {
  return runJob(loaded, { kind: 'run', seed, ...more }, { nowMs });
}

/** A plan, and the choices that replace those of its seed. */
export function runPlan(
  loaded: LoadedScenario,
  { plan, choices = {} }: { readonly plan: Plan; readonly choices?: ChoiceOverrides },
): Promise<RunReport> {
  return runJob(loaded, { kind: 'run', seed: plan.seed, plan, choices }, { nowMs });
}

export function shrink(loaded: LoadedScenario, plan: Plan, { signature, atMs }: Failure): Promise<ShrinkReport> {
  return runJob(loaded, { kind: 'shrink', plan, signature, failedAtMs: atMs, budgetMs: 1 }, { nowMs });
}

/** The first run of so many seeds, from 0x1 on, that violates a property; null when none does. */
export async function firstViolation(
  loaded: LoadedScenario,
  property: string,
  seeds: number,
): Promise<RunReport | null> {
  for (let number = 1; number <= seeds; number += 1) {
    const report = await runSeed(loaded, formatSeed(BigInt(number)));
    const { failure } = report;
    if (failure?.verdict === 'violation' && failure.property === property) return report;
  }
  return null;
}
