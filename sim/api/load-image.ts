/**
 * Turns a bundle into something that runs: evaluates it, checks its scenario, and binds the image
 * of its system to the resources of a worker.
 */
import type { RunResources } from '../run/execute-run.ts';
import type { LoadedScenario } from '../search/run-job.ts';
import { completeScenario } from '../run/complete-scenario.ts';
import type { ScenarioDefinition } from '../run/scenario.ts';
import { formOf, type SystemBundle } from '../load/bundle.ts';
import { CompiledTexts } from '../load/compile.ts';
import { createImage } from '../load/evaluate.ts';
import type { ImageOptions } from '../load/evaluate-once.ts';
import type { StateRegistry } from '../load/state/state-registry.ts';

/** Loads bundles for one worker. Those of one scenario share compiled texts, and nothing else. */
export class ImageLoader {
  readonly #resources: RunResources;
  readonly #options: ImageOptions;

  constructor(resources: RunResources, state?: StateRegistry) {
    this.#resources = resources;
    this.#options = { current: () => resources.currentHost(), state, compiled: new CompiledTexts() };
  }

  /** Evaluates a bundle. Throws LoadError. */
  load(bundle: SystemBundle): LoadedScenario {
    const { scenario, image } = createImage(bundle, this.#options);
    return {
      scenario: completeScenario(scenario as ScenarioDefinition, bundle.name, formOf(bundle)),
      image,
      resources: this.#resources,
      reload: () => this.load(bundle),
    };
  }
}
