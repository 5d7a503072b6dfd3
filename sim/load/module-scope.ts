/**
 * All that an evaluated text finds around it: the shadowed names, and a `require` for packages and
 * Node's own modules.
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
  /** Of packages and pure modules, shared by all processes. */
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

/** What Node says, so that code which is ready for an absent package goes on. */
export function missing(specifier: string): never {
  const why = 'under simulation, only what is imported by a literal name is there';
  throw Object.assign(new Error(`Cannot find module '${specifier}': ${why}`), { code: 'MODULE_NOT_FOUND' });
}
