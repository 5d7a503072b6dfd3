/**
 * The scope of an evaluated text: simulated globals, and a `require` for packages and Node's own
 * modules.
 */
import path from 'node:path';
import type { AmbientHost } from '../system/image.ts';
import type { AsyncContextUse } from '../ambient/timers.ts';
import { createGlobals, type SimulatedGlobals } from '../ambient/globals.ts';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { createBuiltins, type Builtins, type Require } from '../ambient/builtins/builtins.ts';
import type { Namespaces } from '../ambient/builtins/namespaces.ts';
import type { Web } from '../ambient/web/names.ts';
import type { FileSystem } from '../ambient/files/file-system.ts';
import type { StateWatch } from './state/state-registry.ts';

export interface ModuleScope {
  readonly globals: SimulatedGlobals;
  readonly require: Require;
  /** Takes the state of a text that is watched. */
  readonly state?: StateWatch | undefined;
}

/** How code reached a module: each way has its own error for a module that is absent. */
export type Access = 'require' | 'import';

export type RequirePackage = (specifier: string, access: Access) => unknown;

export interface ModuleScopeOptions {
  readonly host: AmbientHost;
  readonly watchTables: boolean;
  readonly asyncContext: AsyncContextUse;
  /** Namespaces of packages and of Node modules that only compute, shared by all processes. */
  readonly namespaces: Namespaces;
  readonly requirePackage: RequirePackage;
  /** True while the text is evaluated; always false for a main module, which runs instead. */
  readonly isLoading: () => boolean;
  /** The files that a main module reads. */
  readonly files?: FileSystem | null | undefined;
  /** The path of the main module, as processes see it; null without one. */
  readonly main: string | null;
  readonly web?: Web | undefined;
  /** See `Evaluated`. */
  readonly load?: (<Result>(act: () => Result) => Result) | undefined;
}

export function createModuleScope(options: ModuleScopeOptions): ModuleScope {
  const { host, watchTables, asyncContext, namespaces, requirePackage, isLoading, main, files, web, load } = options;
  const requireBuiltin = (name: string): unknown => (isBuiltin(name) ? builtins.require(name) : undefined);
  const globals = createGlobals(host, { watchTables, asyncContext, requireBuiltin, isLoading, web });
  const require: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.require(specifier) : requirePackage(specifier, 'require');
  const builtins: Builtins = createBuiltins({ host, globals, asyncContext, requireOwn: require, namespaces, files });
  const resolve = (specifier: string): unknown => (isBuiltin(specifier) ? specifier : missing(specifier, 'require'));
  const importPackage = (specifier: string): unknown => requirePackage(specifier, 'import');
  const namespace: Require = (specifier) =>
    isBuiltin(specifier) ? builtins.namespace(specifier) : namespaces.of(specifier, importPackage);
  const resolveImport: Require = () => globals.guard.refuse('import.meta.resolve');
  const mainModule = main === null ? undefined : mainModuleAt(main);
  return {
    globals,
    require: Object.assign(require, { resolve, resolveImport, namespace, load, cache: {}, main: mainModule }),
  };
}

/** What other files than the main module read from `require.main`. */
function mainModuleAt(file: string): object {
  return {
    id: '.',
    filename: file,
    path: path.posix.dirname(file),
    exports: {},
    children: [],
    paths: [],
    loaded: false,
  };
}

/** Throws the error that Node throws, so that code which handles an absent package continues. */
export function missing(specifier: string, access: Access): never {
  const [kind, code] = access === 'require' ? ['module', 'MODULE_NOT_FOUND'] : ['package', 'ERR_MODULE_NOT_FOUND'];
  const reason = 'simulated code finds an installed module only by a literal name';
  throw Object.assign(new Error(`Cannot find ${kind} '${specifier}': ${reason}`), { code });
}
