/**
 * A scenario's code: its definition, evaluated here to be read, and the bundles of its system for
 * the workers.
 */
import path from 'node:path';
import { bundleScenario, bundleSystem, formOf, type SystemBundle } from '../load/bundle.ts';
import { sharedByBundles } from '../load/bundle-version.ts';
import { CompiledTexts } from '../load/compile.ts';
import { createImage, evaluateScenario, sourceOfBundle } from '../load/evaluate.ts';
import { rootOf } from '../load/project-root.ts';
import { LoadError } from '../load/errors.ts';
import { TimeoutError, withTimeout } from '../load/with-timeout.ts';
import type { SourceOf } from '../kernel/placed-text.ts';
import { duration } from '../report/numbers.ts';
import type { Scenario } from '../run/scenario.ts';
import type { ScenarioPlace } from './project.ts';
import { suggestion } from './nearest-name.ts';
import { asScenario } from './scenario-schema.ts';
import { simulatorEntry, wholeCodeHash } from './simulator.ts';

export interface Source {
  readonly place: ScenarioPlace;
  /** Without the defaults that depend on the form of the system. */
  readonly scenario: Scenario;
  /** With all defaults: a bundle shows whether the system is a main module. */
  completeFor(bundle: SystemBundle): Scenario;
  /**
   * Packages that were found to keep state, sorted. Each process evaluates them, in addition to
   * those that the scenario names.
   */
  readonly statefulPackages: readonly string[];
  /** Adds to `statefulPackages`. Bundles that were made before are not changed. */
  learn(names: readonly string[]): void;
  /**
   * The system and its scenario, one variant planted. `stateful`: packages to evaluate for each
   * process, `statefulPackages` by default. Throws LoadError or VariantError.
   */
  bundle(variant: string | null, stateful?: readonly string[]): Promise<SystemBundle>;
  /**
   * A bundle that this source has made for the variant, with source maps. Null if the code has
   * changed since.
   */
  withSourceMaps(bundle: SystemBundle, variant: string | null): Promise<SystemBundle | null>;
  /** A bundle of the same code whose state can be read. Null if the code has changed since. */
  withState(bundle: SystemBundle, variant: string | null): Promise<SystemBundle | null>;
  /** Finds the lines of places in a bundle, which is bundled again for it, once. */
  linesOf(bundle: SystemBundle, variant: string | null): Promise<SourceOf>;
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
  const withoutHost = { current: () => null, compiled: new CompiledTexts() };
  const value = inTime(place.path, () => evaluateScenario(definition, withoutHost));
  const scenario = inTime(place.path, () => asScenario(value, place.path));
  let isChecked = false;
  const shared = sharedByBundles();
  let learned: readonly string[] = [];
  const bundles = new Map<string, Promise<SystemBundle>>();
  const learn = (names: readonly string[]): void => {
    learned = [...new Set([...learned, ...names])].sort();
  };
  const optionsOf = (variant: string | null) => ({
    ...scenario.system,
    scenarioFile,
    edits: scenario.variants.find(({ id }) => id === variant)?.edits ?? [],
    simulatorEntry,
    shared,
  });
  const make = async (variant: string | null, stateful: readonly string[]): Promise<SystemBundle> => {
    const bundle = await bundleSystem({
      ...optionsOf(variant),
      statefulPackages: [...(scenario.system.statefulPackages ?? []), ...stateful],
      scenario: definition,
    });
    const named = scenario.system.statefulPackages ?? [];
    const unknown = named.find((name) => !bundle.packages.includes(name) && !bundle.statefulPackages.includes(name));
    if (unknown !== undefined) {
      const known = [...bundle.statefulPackages, ...bundle.packages];
      const problem = `system.statefulPackages has ${unknown}, which the system does not import`;
      throw new LoadError(`${place.path}: ${problem}${suggestion(unknown, known)}`);
    }
    // Workers would find out as well, but only when a run is under way.
    try {
      if (!isChecked) inTime(`a package of ${place.path}`, () => createImage(bundle, withoutHost));
    } catch (error) {
      const name = error instanceof LoadError ? error.statefulPackage : null;
      if (name === null || stateful.includes(name)) throw error;
      learn([name]);
      return await make(variant, [...new Set([...stateful, ...learned])]);
    }
    isChecked = true;
    return { ...bundle, codeHash: wholeCodeHash(bundle.codeHash) };
  };
  const withSourceMaps: Source['withSourceMaps'] = async ({ codeHash: expected, statefulPackages }, variant) => {
    const bundle = await bundleSystem({ ...optionsOf(variant), statefulPackages, sourceMaps: true });
    const codeHash = wholeCodeHash(bundle.codeHash);
    return codeHash === expected ? { ...bundle, codeHash } : null;
  };
  const withState: Source['withState'] = async (bundle, variant) => {
    // The code hash of the texts that are watched says nothing about the code.
    if ((await withSourceMaps(bundle, variant)) === null) return null;
    const { statefulPackages } = bundle;
    const options = { ...optionsOf(variant), shared: undefined, statefulPackages, watchState: true };
    return await bundleSystem({ ...options, scenario: definition });
  };
  const lines = new Map<string, Promise<SourceOf>>();
  const findLines = async (bundle: SystemBundle, variant: string | null): Promise<SourceOf> => {
    // A report without lines is better than none.
    const mapped = await withSourceMaps(bundle, variant).catch(() => null);
    return mapped === null ? () => null : sourceOfBundle(mapped, rootOf(scenarioFile));
  };
  return {
    place,
    scenario,
    withSourceMaps,
    withState,
    linesOf: (bundle, variant) => {
      const known = lines.get(bundle.codeHash) ?? findLines(bundle, variant);
      lines.set(bundle.codeHash, known);
      return known;
    },
    completeFor: (bundle) => asScenario(value, place.path, formOf(bundle)),
    get statefulPackages() {
      return learned;
    },
    learn,
    bundle: (variant, stateful = learned) => {
      const key = JSON.stringify([variant, stateful]);
      const known = bundles.get(key) ?? make(variant, stateful);
      // Trials make many bundles that no run needs again.
      if (stateful.length === 0 || stateful === learned) bundles.set(key, known);
      return known;
    },
  };
}
