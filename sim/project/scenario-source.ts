/**
 * A scenario's code: its definition, evaluated here to be read, and the bundles of its system for
 * the workers.
 */
import path from 'node:path';
import { bundleScenario, bundleSystem, type SystemBundle } from '../load/bundle.ts';
import { createImage, evaluateScenario } from '../load/evaluate.ts';
import { LoadError } from '../load/errors.ts';
import { TimeoutError, withTimeout } from '../load/with-timeout.ts';
import { duration } from '../report/numbers.ts';
import type { Scenario } from '../run/scenario.ts';
import type { ScenarioPlace } from './project.ts';
import { asScenario } from './scenario-schema.ts';
import { simulatorEntry, wholeCodeHash } from './simulator.ts';

export interface Source {
  readonly place: ScenarioPlace;
  readonly scenario: Scenario;
  /**
   * The system and its scenario, one variant planted. `stateful` packages come on top of the
   * scenario's. Throws LoadError or VariantError.
   */
  bundle(variant: string | null, stateful?: readonly string[]): Promise<SystemBundle>;
}

/** Throws LoadError, also when a module has not ended `loadMs` after it was begun. */
export async function loadSource(place: ScenarioPlace, loadMs: number): Promise<Source> {
  const scenarioFile = path.join(place.project, place.path);
  const definition = await bundleScenario(scenarioFile, simulatorEntry);
  const inTime = <Result>(what: string, load: () => Result): Result => {
    try {
      return withTimeout(loadMs, load);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      throw new LoadError(`${what} did not finish loading within ${duration(loadMs)}`);
    }
  };
  const nobody = { current: () => null };
  const scenario = inTime(place.path, () => asScenario(evaluateScenario(definition, nobody), place.path));
  let isChecked = false;
  const bundles = new Map<string | null, Promise<SystemBundle>>();
  const make = async (variant: string | null, stateful: readonly string[]): Promise<SystemBundle> => {
    const edits = scenario.variants.find(({ id }) => id === variant)?.edits ?? [];
    const bundle = await bundleSystem({
      ...scenario.system,
      scenarioFile,
      edits,
      statefulPackages: [...(scenario.system.statefulPackages ?? []), ...stateful],
      scenario: definition,
      simulatorEntry,
    });
    // Workers would find out as well, but only when a run is under way.
    if (!isChecked) inTime(`a package of ${place.path}`, () => createImage(bundle, nobody));
    isChecked = true;
    return { ...bundle, codeHash: wholeCodeHash(bundle.codeHash) };
  };
  return {
    place,
    scenario,
    bundle: (variant, stateful = []) => {
      if (stateful.length > 0) return make(variant, stateful);
      const known = bundles.get(variant) ?? make(variant, []);
      bundles.set(variant, known);
      return known;
    },
  };
}
