/**
 * Evaluates one version of a system. Its packages are evaluated once. Its own modules are evaluated
 * for each process, with the globals of its host; or once, if the scenario declares them stateless.
 *
 * A module with `start` is loaded first, and may try out what is refused. A main module runs from
 * its first line on, so the guard reports each refused call there, also a caught one.
 */
import type { EventEmitter } from 'node:events';
import type { AmbientHost, Instantiate, LoadedSystem } from '../system/image.ts';
import type { StartSystem } from '../system/types.ts';
import { createNamespaces } from '../ambient/builtins/namespaces.ts';
import { createDelegatingHost, createLoadingHost } from '../ambient/delegating-host.ts';
import { EscapeError } from '../ambient/guard.ts';
import type { AsyncContextUse } from '../ambient/timers.ts';
import { FileSystem, type Snapshot } from '../ambient/files/file-system.ts';
import { nodeWeb } from '../ambient/web/node.ts';
import type { Web } from '../ambient/web/names.ts';
import type { VersionTexts } from './bundle-version.ts';
import { CompiledTexts, type Evaluation } from './compile.ts';
import { LoadError } from './errors.ts';
import { evaluateOnce, type ImageOptions } from './evaluate-once.ts';
import type { StateWatch } from './state/state-registry.ts';
import { type Access, createModuleScope, missing } from './module-scope.ts';

/** The names of a version's texts on stacks. */
export interface TextNames {
  readonly system: string;
  readonly packages: string;
}

/** Evaluates the packages, and compiles the system's own modules. Throws LoadError. */
export function instantiateOf(
  name: string,
  { systemCode, packagesCode, systemMap, packagesMap, form, main }: VersionTexts,
  names: TextNames,
  options: ImageOptions & { readonly files: Snapshot | null; readonly web: Web },
): Instantiate {
  const files = options.files === null ? null : new FileSystem(options.files);
  const asyncContext: AsyncContextUse = { used: false };
  const web = nodeWeb(options.web);
  const packages = evaluateOnce(names.packages, packagesCode, {
    ...options,
    asyncContext,
    main,
    files,
    web: () => web,
    map: packagesMap,
  });
  const modules = packages.exports as Record<string, unknown>;
  const { effects } = packages;
  effects.record(null);
  const namespaces = createNamespaces();
  const { compiled = new CompiledTexts() } = options;
  const evaluateSystem = compiled.compile(names.system, systemCode, { form, map: systemMap });

  function requirePackage(specifier: string, access: Access): unknown {
    if (!Object.hasOwn(modules, specifier)) return missing(specifier, access);
    const exports = packages.load(() => modules[specifier]);
    effects.record(specifier);
    return exports;
  }

  return (host) => {
    let loading = main === null;
    const moduleScope = createModuleScope({
      host,
      watchTables: true,
      asyncContext,
      namespaces,
      requirePackage: (specifier, access) => {
        const load = (): unknown => requirePackage(specifier, access);
        const exports = loading ? load() : orEscape(host, load);
        effects.receive(specifier, host.owner, processObject);
        return exports;
      },
      isLoading: () => loading,
      main,
      files,
      web,
    });
    const scope = { ...moduleScope, state: options.state?.of(host) };
    const processObject = (): EventEmitter => scope.globals.get('process') as EventEmitter;
    const receive = (): void => effects.receive(null, host.owner, processObject);
    if (main !== null) {
      const run = async () => {
        // Not before: the process has its arguments only now.
        receive();
        return evaluateSystem(scope).ended;
      };
      return { kind: 'main', file: main, run };
    }
    receive();
    const evaluation = orEscape(host, () => evaluateSystem(scope));
    if (evaluation.ended === undefined) {
      loading = false;
      return { kind: 'start', start: watched(startIn(evaluation, name), scope.state) };
    }
    const ended = evaluation.ended.finally(() => {
      loading = false;
    });
    const start: StartSystem = async (node) => {
      await orEscapeLater(host, ended);
      return await watched(startIn(evaluation, name), scope.state)(node);
    };
    return { kind: 'start', start };
  };
}

function startIn({ module }: Evaluation, name: string): StartSystem {
  const { start } = module.exports as { start?: unknown };
  if (typeof start === 'function') return start as StartSystem;
  throw new LoadError(`${name}: the system's entry exports no function that starts it`);
}

/** Passes the running system on, if state is watched. Its promise has no further turn for it. */
function watched(start: StartSystem, state: StateWatch | undefined): StartSystem {
  if (state === undefined) return start;
  return (node) => {
    const running = start(node);
    if (running instanceof Promise) void running.then(state.running, () => undefined);
    else state.running(running);
    return running;
  };
}

/** Evaluates the system's own modules once, on first use, for all processes. */
export function sharedByProcesses(instantiate: Instantiate, options: ImageOptions): Instantiate {
  let loading = false;
  let loaded: LoadedSystem | null = null;
  const host = createDelegatingHost(() => (loading ? null : options.current()), createLoadingHost('the system'));
  return (process) => {
    loading = true;
    try {
      return (loaded ??= orEscape(process, () => instantiate(host)));
    } finally {
      loading = false;
    }
  };
}

/** Reports an escape during evaluation that the system did not catch, as any other escape. */
function orEscape<T>(host: AmbientHost, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    reportEscape(host, error);
    throw error;
  }
}

async function orEscapeLater<T>(host: AmbientHost, evaluation: Promise<T>): Promise<T> {
  try {
    return await evaluation;
  } catch (error) {
    reportEscape(host, error);
    throw error;
  }
}

function reportEscape(host: AmbientHost, error: unknown): void {
  if (error instanceof EscapeError) host.escaped(error.way);
}
