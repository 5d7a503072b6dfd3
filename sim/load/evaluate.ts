/**
 * Evaluating: packages and scenario once for each worker, with shadows that ask whoever runs; the system's own modules anew for
 * each life, with shadows bound to its host.
 */
import type { StartSystem } from '../world/faces.ts';
import type { ShadowHost, SystemImage } from '../world/image.ts';
import { createLateHost, createLoadHost } from '../world/late-host.ts';
import type { AsyncContextUse } from '../world/shadow-timers.ts';
import { createShadows } from '../world/shadows.ts';
import { isBuiltin } from './builtin-names.ts';
import { createBuiltins, type Require } from './builtins.ts';
import { createNamespaces } from './namespaces.ts';
import type { ScenarioBundle, SystemBundle } from './bundle.ts';
import { compile } from './compile.ts';
import { LoadError } from './errors.ts';
import { asLoadFailure } from './load-failure.ts';

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
  return evaluateOnce(
    `${bundle.name}.js`,
    bundle.scenarioCode,
    options,
    { used: false },
    missing,
    defaultExport(bundle.name),
  );
}

/** Evaluates packages and scenario; the image's `instantiate` evaluates the system. Throws LoadError. */
export function createImage(bundle: SystemBundle, options: ImageOptions): LoadedImage {
  const context: AsyncContextUse = { used: false };
  const packages = evaluateOnce(
    'packages.js',
    bundle.packagesCode,
    options,
    context,
    missing,
    (exports) => exports as Record<string, unknown>,
  );
  const scenario = evaluateScenario(bundle, options);
  const namespaces = createNamespaces();
  const evaluateSystem = compile('system.js', bundle.systemCode);

  function requirePackage(specifier: string): unknown {
    return Object.hasOwn(packages, specifier) ? packages[specifier] : missing(specifier);
  }

  function instantiate(host: ShadowHost): StartSystem {
    const shadows = createShadows(host, { watchTables: true, asyncContext: context });
    const require = createSimulatedRequire({ host, shadows, asyncContext: context, namespaces }, requirePackage);
    const { start } = evaluateSystem(shadows, require) as { start?: StartSystem };
    if (typeof start !== 'function')
      throw new LoadError(`${bundle.name}: the system's entry has no function "start" among its exports`);
    return start;
  }

  return { scenario, image: { instantiate, codeHash: bundle.codeHash } };
}

/** Evaluates a text that outlives runs. Whoever may be running, it is loaded with the fixed time and chance of loading. */
function evaluateOnce<T>(
  name: string,
  code: string,
  options: ImageOptions,
  context: AsyncContextUse,
  requirePackage: Require,
  read: (exports: unknown) => T,
): T {
  let loading = true;
  const host = createLateHost(() => (loading ? null : options.current()), createLoadHost(name));
  const shadows = createShadows(host, { watchTables: false, asyncContext: context });
  const require = createSimulatedRequire(
    { host, shadows, asyncContext: context, namespaces: createNamespaces() },
    requirePackage,
  );
  try {
    return read(compile(name, code)(shadows, require));
  } catch (error) {
    throw error instanceof LoadError ? error : asLoadFailure(name, code, error);
  } finally {
    loading = false;
  }
}

type RequireOptions = Omit<Parameters<typeof createBuiltins>[0], 'requireOwn'>;

function createSimulatedRequire(options: RequireOptions, requirePackage: Require): Require {
  const require: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.require(specifier) : requirePackage(specifier);
  const builtins = createBuiltins({ ...options, requireOwn: require });
  const resolve = (specifier: string): string => (isBuiltin(specifier) ? specifier : String(missing(specifier)));
  const namespace: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.namespace(specifier) : options.namespaces.of(specifier, requirePackage);
  return Object.assign(require, { resolve, namespace, cache: {}, main: undefined });
}

/** What Node says, so that code which is ready for an absent package goes on. */
function missing(specifier: string): never {
  throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
}

function defaultExport(name: string): (exports: unknown) => unknown {
  return (exports) => {
    const found = (exports as { default?: unknown }).default;
    if (found === undefined) throw new LoadError(`${name}: the scenario has no default export`);
    return found;
  };
}
