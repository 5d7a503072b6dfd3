/**
 * From a bundle to what runs: the scenario, checked, and the image of its system, bound to a worker's resources.
 */
import type { RunResources } from '../run/execute-run.ts';
import { completeScenario } from '../run/complete-scenario.ts';
import type { Scenario, ScenarioDefinition } from '../run/scenario.ts';
import type { SystemImage } from '../system/image.ts';
import type { SystemBundle } from '../load/bundle.ts';
import { createImage } from '../load/evaluate.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly image: SystemImage;
  readonly resources: RunResources;
}

/** Evaluates a bundle. Throws LoadError. */
export function loadImage(bundle: SystemBundle, resources: RunResources): LoadedScenario {
  const { scenario, image } = createImage(bundle, { current: () => resources.currentHost() });
  return { scenario: completeScenario(scenario as ScenarioDefinition, bundle.name), image, resources };
}
