/**
 * Evaluates bundles. Packages and the scenario are evaluated once for each worker, with simulated
 * globals that delegate to the process that runs; the system's own modules for each process. Two
 * versions of a system share nothing, not even packages that both use.
 */
import type { LinePlace, NameAt, SourceOf } from '../kernel/placed-text.ts';
import type { AmbientHost, SystemImage, Versions } from '../system/image.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import type { ScenarioBundle, SystemBundle } from './bundle.ts';
import type { VersionTexts } from './bundle-version.ts';
import { LoadError } from './errors.ts';
import { evaluateOnce, type ImageOptions } from './evaluate-once.ts';
import { browserWeb } from '../ambient/web/browser.ts';
import { createWeb, type EvaluatedWeb } from './web/evaluate-web.ts';
import { instantiateOf, sharedByProcesses, type TextNames } from './instantiate.ts';
import { functionAt } from './function-at.ts';
import { fileAtLine } from './load-failure.ts';
import { sourceOfMaps } from './maps/source-lines.ts';

const TEXT_NAMES: TextNames = { system: 'system.js', packages: 'packages.js' };
const OTHER_TEXT_NAMES: TextNames = { system: 'other/system.js', packages: 'other/packages.js' };

export interface LoadedImage {
  /** The scenario module's default export. */
  readonly scenario: unknown;
  readonly image: SystemImage;
}

/** Evaluates a scenario without its system, to read its definition. Throws LoadError. */
export function evaluateScenario(bundle: ScenarioBundle, options: ImageOptions): unknown {
  return evaluateScenarioModule(bundle, options, createWeb(bundle.webCode, options)).default;
}

interface ScenarioModule {
  readonly default: unknown;
  /** See sim/clients.ts. */
  readonly clientLibraries?: unknown;
}

function evaluateScenarioModule(
  { name, scenarioCode, scenarioMap: map }: ScenarioBundle,
  { current, compiled }: ImageOptions,
  evaluated: EvaluatedWeb,
): ScenarioModule {
  const web = (host: AmbientHost) => browserWeb(evaluated, host);
  const asyncContext = { used: false };
  const options = { current, compiled, asyncContext, web, map, from: 'scenario' } as const;
  const { exports } = evaluateOnce(`${name}.js`, scenarioCode, options);
  const module = exports as ScenarioModule;
  if (module.default === undefined) throw new LoadError(`${name}: the scenario has no default export`);
  return module;
}

/**
 * Evaluates packages and scenario. The functions of the image evaluate the system. Throws
 * LoadError.
 */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const { name, codeHash, otherVersion, projectFiles: files } = bundle;
  const web = createWeb(bundle.webCode, options);
  const systemOptions = { ...options, files, web };
  const instantiate = instantiateOf(name, bundle, TEXT_NAMES, systemOptions);
  const { default: scenario, clientLibraries } = evaluateScenarioModule(bundle, options, web);
  const texts = textsOf(bundle);
  const fileAt = cached(texts, (code, { line }) => fileAtLine(code, line));
  const versions =
    otherVersion === null
      ? { instantiate }
      : { instantiate, instantiateOther: instantiateOf(name, otherVersion, OTHER_TEXT_NAMES, systemOptions) };
  // Async texts are not shared: each process takes the same course only if each evaluates them.
  const isShared = bundle.form === 'sync' && otherVersion?.form !== 'async';
  const image = {
    ...versions,
    fileAt,
    functionAt: cached(texts, functionAt),
    codeHash,
    clientLibraries,
    release: () => web.restore(),
  };
  return { scenario, image: isShared ? { ...image, shared: sharedVersions(versions, options) } : image };
}

function sharedVersions({ instantiate, instantiateOther }: Versions, options: ImageOptions): Versions {
  const shared = { instantiate: sharedByProcesses(instantiate, options) };
  if (instantiateOther === undefined) return shared;
  return { ...shared, instantiateOther: sharedByProcesses(instantiateOther, options) };
}

/**
 * Looks places up. Results are cached: texts are long, and shrinking looks up one place many times.
 */
function cached(
  texts: ReadonlyMap<string, string>,
  find: (code: string, place: LinePlace) => string | undefined,
): NameAt {
  const known = new Map<string, string | undefined>();
  return (place) => {
    const { text, line, column = 1 } = place;
    const key = `${text}:${line}:${column}`;
    if (!known.has(key)) known.set(key, find(texts.get(text) ?? '', place));
    return known.get(key);
  };
}

/** Finds the sources of places in the maps of a bundle, which has maps if it was made with them. */
export function sourceOfBundle(bundle: SystemBundle, root: string): SourceOf {
  const { name, scenarioMap, otherVersion } = bundle;
  const ofVersion = ({ systemMap, packagesMap }: VersionTexts, names: TextNames) =>
    [
      [names.system, systemMap],
      [names.packages, packagesMap],
    ] as const;
  const maps = [
    [`${name}.js`, scenarioMap] as const,
    ...ofVersion(bundle, TEXT_NAMES),
    ...(otherVersion === null ? [] : ofVersion(otherVersion, OTHER_TEXT_NAMES)),
  ];
  return sourceOfMaps(new Map(maps.flatMap(([text, map]) => (map === null ? [] : [[text, map]]))), root);
}

/**
 * The source maps of the texts with code of the user, packages aside, by the address of their
 * scripts.
 */
export function mapsOfUser({ name, scenarioMap, systemMap, otherVersion }: SystemBundle): ReadonlyMap<string, string> {
  const maps = [
    [`${name}.js`, scenarioMap],
    [TEXT_NAMES.system, systemMap],
    [OTHER_TEXT_NAMES.system, otherVersion?.systemMap ?? null],
  ] as const;
  return new Map(maps.flatMap(([text, map]) => (map === null ? [] : [[`${SIMULATED_FILE}${text}`, map]])));
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
