/**
 * Evaluating: packages and scenario once for each worker, with shadows that ask whoever runs; the system's own modules anew for
 * each life, with shadows bound to its host.
 */
import type { StartSystem } from '../world/faces.ts';
import type { ShadowHost, SystemImage } from '../world/image.ts';
import type { SimulatedPlace } from '../world/stack-names.ts';
import { createLateHost, createLoadHost } from '../world/late-host.ts';
import { EscapeError } from '../world/shadow-guard.ts';
import type { AsyncContextUse } from '../world/shadow-timers.ts';
import type { ScenarioBundle, SystemBundle } from './bundle.ts';
import { compile } from './compile.ts';
import { LoadError } from './errors.ts';
import { asLoadFailure, fileAtLine } from './load-failure.ts';
import { createNamespaces } from './namespaces.ts';
import { createSurroundings, missing } from './surroundings.ts';

export interface ImageOptions {
  /** The host of what runs at this moment, for packages and the scenario; null while nothing runs. */
  readonly current: () => ShadowHost | null;
}

export interface LoadedImage {
  /** The scenario module's default export. */
  readonly scenario: unknown;
  readonly image: SystemImage;
}

/** Evaluates a scenario alone, which is enough to read its definition: its system's entry, variants, properties. Throws LoadError. */
export function evaluateScenario(bundle: ScenarioBundle, options: ImageOptions): unknown {
  const exports = evaluateOnce(`${bundle.name}.js`, bundle.scenarioCode, options, { used: false });
  const scenario = (exports as { default?: unknown }).default;
  if (scenario === undefined) throw new LoadError(`${bundle.name}: the scenario has no default export`);
  return scenario;
}

/** Evaluates packages and scenario; the image's `instantiate` evaluates the system. Throws LoadError. */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const asyncContext: AsyncContextUse = { used: false };
  const packages = evaluateOnce('packages.js', bundle.packagesCode, options, asyncContext) as Record<string, unknown>;
  const scenario = evaluateScenario(bundle, options);
  const namespaces = createNamespaces();
  const evaluateSystem = compile('system.js', bundle.systemCode);

  function requirePackage(specifier: string): unknown {
    return Object.hasOwn(packages, specifier) ? packages[specifier] : missing(specifier);
  }

  function instantiate(host: ShadowHost): StartSystem {
    let loading = true;
    const { shadows, require } = createSurroundings({
      host,
      watchTables: true,
      asyncContext,
      namespaces,
      requirePackage,
      isLoading: () => loading,
    });
    const { start } = orEscape(host, () => evaluateSystem(shadows, require) as { start?: StartSystem });
    loading = false;
    if (typeof start !== 'function')
      throw new LoadError(`${bundle.name}: the system's entry has no function "start" among its exports`);
    return start;
  }

  const texts = new Map([
    ['packages.js', bundle.packagesCode],
    ['system.js', bundle.systemCode],
    [`${bundle.name}.js`, bundle.scenarioCode],
  ]);
  const fileAt = ({ text, line }: SimulatedPlace): string | undefined => fileAtLine(texts.get(text) ?? '', line);
  return { scenario, image: { instantiate, fileAt, codeHash: bundle.codeHash } };
}

/** A way out that nobody was ready to do without is the system's, and told like any other. */
function orEscape<T>(host: ShadowHost, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EscapeError) host.escaped(error.way);
    throw error;
  }
}

/** Evaluates a text that outlives runs. Whoever may be running, it is loaded with the fixed time and chance of loading. */
function evaluateOnce(name: string, code: string, options: ImageOptions, asyncContext: AsyncContextUse): unknown {
  let loading = true;
  const { shadows, require } = createSurroundings({
    host: createLateHost(() => (loading ? null : options.current()), createLoadHost(name)),
    watchTables: false,
    asyncContext,
    namespaces: createNamespaces(),
    requirePackage: missing,
    isLoading: () => loading,
  });
  const evaluate = compile(name, code);
  try {
    return evaluate(shadows, require);
  } catch (error) {
    throw asLoadFailure(name, code, error);
  } finally {
    loading = false;
  }
}
