/**
 * Evaluating: packages and scenario once for each worker, with shadows that ask whoever runs; the system's own modules anew for
 * each life, with shadows bound to its host, or once as well when the scenario says that they keep no state. Two versions of a system share
 * nothing, not even the packages that both use.
 */
import type { StartSystem } from '../world/faces.ts';
import type { Instantiate, ShadowHost, SystemImage } from '../world/image.ts';
import { createLateHost, createLoadHost } from '../world/late-host.ts';
import type { AsyncContextUse } from '../world/shadow-timers.ts';
import type { ScenarioBundle, SystemBundle, VersionTexts } from './bundle.ts';
import { compile } from './compile.ts';
import { LoadError } from './errors.ts';
import { asLoadFailure } from './load-failure.ts';
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

/** Evaluates packages and scenario; the image's functions evaluate the system. Throws LoadError. */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const { name, codeHash, otherVersion } = bundle;
  const instantiate = instantiateOf(name, bundle, options);
  const scenario = evaluateScenario(bundle, options);
  const share = (fresh: Instantiate): Instantiate => sharedBetweenLives(fresh, options);
  if (otherVersion === null)
    return { scenario, image: { instantiate, codeHash, shared: { instantiate: share(instantiate) } } };
  const instantiateOther = instantiateOf(name, otherVersion, options);
  const shared = { instantiate: share(instantiate), instantiateOther: share(instantiateOther) };
  return { scenario, image: { instantiate, instantiateOther, codeHash, shared } };
}

/** Evaluates the system's own modules once, on first use. */
function sharedBetweenLives(instantiate: Instantiate, options: ImageOptions): Instantiate {
  let loading = false;
  let start: StartSystem | null = null;
  const host = createLateHost(() => (loading ? null : options.current()), createLoadHost('the system'));
  return () => {
    loading = true;
    try {
      return (start ??= instantiate(host));
    } finally {
      loading = false;
    }
  };
}

/** Evaluates the packages of one version of a system, and compiles its own modules. */
function instantiateOf(name: string, { systemCode, packagesCode }: VersionTexts, options: ImageOptions): Instantiate {
  const asyncContext: AsyncContextUse = { used: false };
  const packages = evaluateOnce('packages.js', packagesCode, options, asyncContext) as Record<string, unknown>;
  const namespaces = createNamespaces();
  const evaluateSystem = compile('system.js', systemCode);

  function requirePackage(specifier: string): unknown {
    return Object.hasOwn(packages, specifier) ? packages[specifier] : missing(specifier);
  }

  return (host) => {
    const { shadows, require } = createSurroundings({
      host,
      watchTables: true,
      asyncContext,
      namespaces,
      requirePackage,
    });
    const { start } = evaluateSystem(shadows, require) as { start?: StartSystem };
    if (typeof start !== 'function')
      throw new LoadError(`${name}: the system's entry has no function "start" among its exports`);
    return start;
  };
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
