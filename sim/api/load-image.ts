/**
 * Turns a bundle into something that runs: evaluates it, checks its scenario, and binds the image
 * of its system to the resources of a worker.
 */
import type { RunResources } from '../run/execute-run.ts';
import type { LoadedScenario } from '../search/run-job.ts';
import { completeScenario } from '../run/complete-scenario.ts';
import type { ScenarioDefinition } from '../run/scenario.ts';
import { formOf, type SystemBundle } from '../load/bundle.ts';
import { createImage } from '../load/evaluate.ts';
import type { StateRegistry } from '../load/state/state-registry.ts';

/** Evaluates a bundle. Throws LoadError. */
export function loadImage(bundle: SystemBundle, resources: RunResources, state?: StateRegistry): LoadedScenario {
  const { scenario, image } = createImage(bundle, { current: () => resources.currentHost(), state });
  return {
    scenario: completeScenario(scenario as ScenarioDefinition, bundle.name, formOf(bundle)),
    image,
    resources,
    reload: () => loadImage(bundle, resources, state),
  };
}
