/**
 * A scenario opened to run plans of one's own: what `fc.assert` and other ways of searching are built on.
 */
import { PlanArbitrary, type PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../run/scenario.ts';
import type { RunReport } from '../search/job.ts';
import { shapeOf } from '../search/run-job.ts';
import { checkOptions } from './validate-options.ts';
import { Workers } from './workers.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';
import { findScenario } from '../project/project.ts';
import { variantOf } from './run.ts';
import { loadSource } from '../project/scenario-source.ts';

export interface OpenOptions extends PlaceOptions {
  /** A variant of the scenario, by its identifier; the clean code otherwise. */
  readonly variant?: string;
}

export interface OpenScenario {
  readonly scenario: Scenario;
  /** Runs a plan. A run that fails resolves as well: `failure` tells. */
  run(plan: Plan): Promise<RunReport>;
  /** Ends worker threads, if there are any. */
  close(): Promise<void>;
}

/** Throws what `run` throws. */
export async function openScenario(scenarioFile: string | URL, options: OpenOptions = {}): Promise<OpenScenario> {
  checkOptions('openScenario', options);
  const place = findScenario(pathOf(scenarioFile), options.folder ?? process.cwd());
  const source = await loadSource(place, workersOptionsOf(options).stuckMs);
  const bundle = await variantOf(source, options.variant ?? null);
  const workers = new Workers(workersOptionsOf(options));
  const number = workers.register(bundle);
  return {
    scenario: source.scenario,
    run: (plan) => workers.runner.run(number, { kind: 'run', seed: plan.seed, plan }),
    close: () => workers.close(),
  };
}

/** Plans of a scenario for fast-check, which generates them and then shrinks them as the command line does. Throws UsageError. */
export function planArbitrary(scenario: Scenario, sizes: PlanSizes = {}): PlanArbitrary {
  checkOptions('planArbitrary', sizes);
  return new PlanArbitrary(shapeOf(scenario), sizes);
}
