/**
 * Evaluates bundles. Packages and the scenario are evaluated once for each worker, with simulated
 * globals that delegate to the process that runs. The system's own modules are evaluated for each
 * process, with the globals of its host; or once, if the scenario declares them stateless. Two
 * versions of a system share nothing, not even packages that both use.
 */
import type { StartSystem } from '../system/types.ts';
import type { Instantiate, AmbientHost, LoadedSystem, SystemImage } from '../system/image.ts';
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
  /** The host of the process that runs now, for packages and the scenario; null while none runs. */
  readonly current: () => AmbientHost | null;
}

/** The names of a version's texts on stacks. */
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

/** Evaluates a scenario without its system, to read its definition. Throws LoadError. */
export function evaluateScenario(bundle: ScenarioBundle, options: ImageOptions): unknown {
  return evaluateScenarioModule(bundle, options).default;
}

interface ScenarioModule {
  readonly default: unknown;
  /** See sim/clients.ts. */
  readonly clientLibraries?: unknown;
}

function evaluateScenarioModule(bundle: ScenarioBundle, options: ImageOptions): ScenarioModule {
  const exports = evaluateOnce(`${bundle.name}.js`, bundle.scenarioCode, options, { used: false }) as ScenarioModule;
  if (exports.default === undefined) throw new LoadError(`${bundle.name}: the scenario has no default export`);
  return exports;
}

/**
 * Evaluates packages and scenario. The functions of the image evaluate the system. Throws
 * LoadError.
 */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const { name, codeHash, otherVersion } = bundle;
  const instantiate = instantiateOf(name, bundle, TEXT_NAMES, options);
  const { default: scenario, clientLibraries } = evaluateScenarioModule(bundle, options);
  const fileAt = createFileAt(textsOf(bundle));
  const share = (fresh: Instantiate): Instantiate => sharedByProcesses(fresh, options);
  if (otherVersion === null)
    return {
      scenario,
      image: { instantiate, fileAt, codeHash, clientLibraries, shared: { instantiate: share(instantiate) } },
    };
  const instantiateOther = instantiateOf(name, otherVersion, OTHER_TEXT_NAMES, options);
  const shared = { instantiate: share(instantiate), instantiateOther: share(instantiateOther) };
  return { scenario, image: { instantiate, instantiateOther, fileAt, codeHash, clientLibraries, shared } };
}

/**
 * Finds source files of places. Results are cached: texts are long, and shrinking looks up one
 * place many times.
 */
function createFileAt(texts: ReadonlyMap<string, string>): (place: SimulatedPlace) => string | undefined {
  const known = new Map<string, string | undefined>();
  return ({ text, line }) => {
    const place = `${text}:${line}`;
    if (!known.has(place)) known.set(place, fileAtLine(texts.get(text) ?? '', line));
    return known.get(place);
  };
}

/** The texts of a bundle, by name. */
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

/** Evaluates the system's own modules once, on first use, for all processes. */
function sharedByProcesses(instantiate: Instantiate, options: ImageOptions): Instantiate {
  let loading = false;
  let system: LoadedSystem | null = null;
  const host = createDelegatingHost(() => (loading ? null : options.current()), createLoadingHost('the system'));
  return (process) => {
    loading = true;
    try {
      return (system ??= orEscape(process, () => instantiate(host)));
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
    return { kind: 'start', start };
  };
}

/** Reports an escape during evaluation that the system did not catch, as any other escape. */
function orEscape<T>(host: AmbientHost, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EscapeError) host.escaped(error.way);
    throw error;
  }
}

/**
 * Evaluates a text that outlives runs. It is loaded by a loading host, even while a process runs.
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
