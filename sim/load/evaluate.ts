/**
 * Evaluating: packages and scenario once for each worker, with shadows that ask whoever runs; the
 * system's own modules anew for each process, with shadows bound to its host, or once as well when
 * the scenario says that they keep no state. Two versions of a system share nothing, not even the
 * packages that both use.
 */
import type { StartSystem } from '../system/types.ts';
import type { Instantiate, AmbientHost, SystemImage } from '../system/image.ts';
import type { SimulatedPlace } from '../system/stack-frames.ts';
import { createDelegatingHost, createLoadingHost } from '../ambient/delegating-host.ts';
import { EscapeError } from '../ambient/guard.ts';
import type { AsyncContextUse } from '../ambient/timers.ts';
import type { ScenarioBundle, SystemBundle, VersionTexts } from './bundle.ts';
import { compile } from './compile.ts';
import { LoadError } from './errors.ts';
import { asLoadFailure, fileAtLine } from './load-failure.ts';
import { createNamespaces } from '../ambient/builtins/namespaces.ts';
import { createModuleScope, missing } from './module-scope.ts';

export interface ImageOptions {
  /**
   * The host of what runs at this moment, for packages and the scenario; null while nothing runs.
   */
  readonly current: () => AmbientHost | null;
}

/** What the texts of a version are called on stacks. */
interface TextNames {
  readonly system: string;
  readonly packages: string;
}

const TEXT_NAMES: TextNames = { system: 'system.js', packages: 'packages.js' };
const OTHER_TEXT_NAMES: TextNames = { system: 'other/system.js', packages: 'other/packages.js' };

export interface LoadedImage {
  /** The scenario module's default export. */
  readonly scenario: unknown;
  readonly image: SystemImage;
}

/**
 * Evaluates a scenario alone, which is enough to read its definition: its system's entry, variants,
 * properties. Throws LoadError.
 */
export function evaluateScenario(bundle: ScenarioBundle, options: ImageOptions): unknown {
  const exports = evaluateOnce(`${bundle.name}.js`, bundle.scenarioCode, options, { used: false });
  const scenario = (exports as { default?: unknown }).default;
  if (scenario === undefined) throw new LoadError(`${bundle.name}: the scenario has no default export`);
  return scenario;
}

/** Evaluates packages and scenario; the image's functions evaluate the system. Throws LoadError. */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const { name, codeHash, otherVersion } = bundle;
  const instantiate = instantiateOf(name, bundle, TEXT_NAMES, options);
  const scenario = evaluateScenario(bundle, options);
  const fileAt = createFileAt(textsOf(bundle));
  const share = (fresh: Instantiate): Instantiate => sharedBetweenLives(fresh, options);
  if (otherVersion === null)
    return { scenario, image: { instantiate, fileAt, codeHash, shared: { instantiate: share(instantiate) } } };
  const instantiateOther = instantiateOf(name, otherVersion, OTHER_TEXT_NAMES, options);
  const shared = { instantiate: share(instantiate), instantiateOther: share(instantiateOther) };
  return { scenario, image: { instantiate, instantiateOther, fileAt, codeHash, shared } };
}

/** The texts are long, and one failure is asked about again and again while it is made smaller. */
function createFileAt(texts: ReadonlyMap<string, string>): (place: SimulatedPlace) => string | undefined {
  const known = new Map<string, string | undefined>();
  return ({ text, line }) => {
    const place = `${text}:${line}`;
    if (!known.has(place)) known.set(place, fileAtLine(texts.get(text) ?? '', line));
    return known.get(place);
  };
}

/** Each of a bundle's texts by its name. */
function textsOf(bundle: SystemBundle): ReadonlyMap<string, string> {
  const { name, scenarioCode, otherVersion } = bundle;
  const ofVersion = ({ systemCode, packagesCode }: VersionTexts, names: TextNames): [string, string][] => [
    [names.system, systemCode],
    [names.packages, packagesCode],
  ];
  return new Map([
    [`${name}.js`, scenarioCode],
    ...ofVersion(bundle, TEXT_NAMES),
    ...(otherVersion === null ? [] : ofVersion(otherVersion, OTHER_TEXT_NAMES)),
  ]);
}

/** Evaluates the system's own modules once, on first use. */
function sharedBetweenLives(instantiate: Instantiate, options: ImageOptions): Instantiate {
  let loading = false;
  let start: StartSystem | null = null;
  const host = createDelegatingHost(() => (loading ? null : options.current()), createLoadingHost('the system'));
  return (process) => {
    loading = true;
    try {
      return (start ??= orEscape(process, () => instantiate(host)));
    } finally {
      loading = false;
    }
  };
}

/** Evaluates the packages of one version of a system, and compiles its own modules. */
function instantiateOf(
  name: string,
  { systemCode, packagesCode }: VersionTexts,
  names: TextNames,
  options: ImageOptions,
): Instantiate {
  const asyncContext: AsyncContextUse = { used: false };
  const packages = evaluateOnce(names.packages, packagesCode, options, asyncContext) as Record<string, unknown>;
  const namespaces = createNamespaces();
  const evaluateSystem = compile(names.system, systemCode);

  function requirePackage(specifier: string): unknown {
    return Object.hasOwn(packages, specifier) ? packages[specifier] : missing(specifier);
  }

  return (host) => {
    let loading = true;
    const { globals, require } = createModuleScope({
      host,
      watchTables: true,
      asyncContext,
      namespaces,
      requirePackage,
      isLoading: () => loading,
    });
    const { start } = orEscape(host, () => evaluateSystem(globals, require) as { start?: StartSystem });
    loading = false;
    if (typeof start !== 'function')
      throw new LoadError(`${name}: the system's entry has no function "start" among its exports`);
    return start;
  };
}

/** A way out that nobody was ready to do without is the system's, and told like any other. */
function orEscape<T>(host: AmbientHost, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EscapeError) host.escaped(error.way);
    throw error;
  }
}

/**
 * Evaluates a text that outlives runs. Whoever may be running, it is loaded with the fixed time and
 * chance of loading.
 */
function evaluateOnce(name: string, code: string, options: ImageOptions, asyncContext: AsyncContextUse): unknown {
  let loading = true;
  const { globals, require } = createModuleScope({
    host: createDelegatingHost(() => (loading ? null : options.current()), createLoadingHost(name)),
    watchTables: false,
    asyncContext,
    namespaces: createNamespaces(),
    requirePackage: missing,
    isLoading: () => loading,
  });
  const evaluate = compile(name, code);
  try {
    return evaluate(globals, require);
  } catch (error) {
    throw asLoadFailure(name, code, error);
  } finally {
    loading = false;
  }
}
