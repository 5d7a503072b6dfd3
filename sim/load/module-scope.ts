/**
 * The scope of an evaluated text: simulated globals, and a `require` for packages and Node's own
 * modules.
 */
import type { AmbientHost } from '../system/image.ts';
import type { AsyncContextUse } from '../ambient/timers.ts';
import { createGlobals, type SimulatedGlobals } from '../ambient/globals.ts';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { createBuiltins, type Builtins, type Require } from '../ambient/builtins/builtins.ts';
import type { Namespaces } from '../ambient/builtins/namespaces.ts';

export interface ModuleScope {
  readonly globals: SimulatedGlobals;
  readonly require: Require;
}

export interface ModuleScopeOptions {
  readonly host: AmbientHost;
  readonly watchTables: boolean;
  readonly asyncContext: AsyncContextUse;
  /** Namespaces of packages and of Node modules that only compute, shared by all processes. */
  readonly namespaces: Namespaces;
  readonly requirePackage: Require;
  /** True while the text is evaluated. */
  readonly isLoading: () => boolean;
}

export function createModuleScope(options: ModuleScopeOptions): ModuleScope {
  const { host, watchTables, asyncContext, namespaces, requirePackage, isLoading } = options;
  const requireBuiltin = (name: string): unknown => (isBuiltin(name) ? builtins.require(name) : undefined);
  const globals = createGlobals(host, { watchTables, asyncContext, requireBuiltin, isLoading });
  const require: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.require(specifier) : requirePackage(specifier);
  const builtins: Builtins = createBuiltins({ host, globals, asyncContext, requireOwn: require, namespaces });
  const resolve = (specifier: string): unknown => (isBuiltin(specifier) ? specifier : missing(specifier));
  const namespace: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.namespace(specifier) : namespaces.of(specifier, requirePackage);
  return { globals, require: Object.assign(require, { resolve, namespace, cache: {}, main: undefined }) };
}

/** Throws the error that Node throws, so that code which handles an absent package continues. */
export function missing(specifier: string): never {
  const reason = 'under simulation, import and require need a literal name';
  throw Object.assign(new Error(`Cannot find module '${specifier}': ${reason}`), { code: 'MODULE_NOT_FOUND' });
}
