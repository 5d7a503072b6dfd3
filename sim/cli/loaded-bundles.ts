/**
 * The bundles that a worker received, evaluated. A bundle message has no reply, so the error of a
 * bundle that can't be evaluated is thrown by each job that uses it.
 */
import type { SystemBundle } from '../load/bundle.ts';
import { LoadError } from '../load/errors.ts';
import { ImageLoader } from '../api/load-image.ts';
import type { RunResources } from '../run/execute-run.ts';
import type { LoadedScenario } from '../search/run-job.ts';

export class LoadedBundles {
  readonly #images: ImageLoader;
  readonly #loaded = new Map<number, LoadedScenario | LoadError>();

  constructor(resources: RunResources) {
    this.#images = new ImageLoader(resources);
  }

  load(id: number, bundle: SystemBundle): void {
    this.#loaded.set(id, this.#evaluate(bundle));
  }

  /**
   * Throws LoadError for a bundle that could not be loaded: one line with the file and the reason.
   */
  get(id: number): LoadedScenario {
    const loaded = this.#loaded.get(id);
    if (loaded === undefined) throw new Error(`bundle ${id} is not loaded`);
    if (loaded instanceof LoadError) throw loaded;
    return loaded;
  }

  #evaluate(bundle: SystemBundle): LoadedScenario | LoadError {
    try {
      return this.#images.load(bundle);
    } catch (error) {
      if (error instanceof LoadError) return error;
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
      return new LoadError(`${bundle.name}: ${reason}`);
    }
  }
}
