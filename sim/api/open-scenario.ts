/**
 * Opens a scenario to run given plans. `fc.assert` and other ways of searching build on it.
 */
import { PlanArbitrary, type PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../run/scenario.ts';
import type { RunReport } from '../search/job.ts';
import { shapeOf } from '../search/run-job.ts';
import { createWorkers } from './create-workers.ts';
import { validateOptions } from './validate-options.ts';
import { learnFrom } from './stateful-packages.ts';
import { workersOptionsOf, pathOf, type PlaceOptions } from './options.ts';
import { findScenario } from '../project/project.ts';
import { bundleVariant } from './run.ts';
import { loadSource } from '../project/scenario-source.ts';

export interface OpenOptions extends PlaceOptions {
  /** The id of a variant of the scenario. The unmodified code by default. */
  readonly variant?: string | undefined;
}

export interface OpenScenario {
  readonly scenario: Scenario;
  /**
   * Runs a plan. A failing run resolves too, with its `failure`. The first plan also runs twice, to
   * find packages that keep state.
   */
  run(plan: Plan): Promise<RunReport>;
  /** Ends the worker threads. */
  close(): Promise<void>;
}

/** Throws the errors of `run`. */
export async function openScenario(scenarioFile: string | URL, options: OpenOptions = {}): Promise<OpenScenario> {
  validateOptions('openScenario', options);
  const place = findScenario(pathOf(scenarioFile), options.folder ?? process.cwd());
  const source = await loadSource(place, workersOptionsOf(options).stuckMs);
  const variant = options.variant ?? null;
  const scenario = source.completeFor(await bundleVariant(source, variant));
  const workers = createWorkers(workersOptionsOf(options));
  const { runner } = workers;
  const { signal } = new AbortController();
  let learning: Promise<void> | null = null;
  return {
    scenario,
    run: async (plan) => {
      const { seed } = plan;
      const job = { kind: 'run', seed, plan } as const;
      learning ??= learnFrom({ source, runner, variant, job, seedStart: seed, signal });
      await learning;
      return await runner.run(await source.bundle(variant), job);
    },
    close: () => workers.close(),
  };
}

/**
 * An arbitrary of plans for fast-check. It generates and shrinks plans as the command line does.
 * Throws UsageError.
 */
export function planArbitrary(scenario: Scenario, sizes: PlanSizes = {}): PlanArbitrary {
  validateOptions('planArbitrary', sizes);
  return new PlanArbitrary(shapeOf(scenario, sizes), sizes);
}
