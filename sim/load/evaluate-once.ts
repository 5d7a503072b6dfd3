/** Evaluates a text that outlives runs: packages, or a scenario. */
import type { AmbientHost } from '../system/image.ts';
import { createNamespaces } from '../ambient/builtins/namespaces.ts';
import { createDelegatingHost, createLoadingHost } from '../ambient/delegating-host.ts';
import type { EscapedFrom } from '../ambient/escape-advice.ts';
import type { FileSystem } from '../ambient/files/file-system.ts';
import type { AsyncContextUse } from '../ambient/timers.ts';
import { CompiledTexts } from './compile.ts';
import type { StateRegistry } from './state/state-registry.ts';
import { asLoadFailure } from './load-failure.ts';
import { LoadEffects } from './packages/load-effects.ts';
import type { Web } from '../ambient/web/names.ts';
import { createModuleScope, missing, type RequirePackage } from './module-scope.ts';

export interface ImageOptions {
  /** The host of the process that runs now, for packages and the scenario; null while none runs. */
  readonly current: () => AmbientHost | null;
  /** Receives the state of a system whose texts are watched. */
  readonly state?: StateRegistry | undefined;
  /** Keeps compiled texts for other images. */
  readonly compiled?: CompiledTexts | undefined;
}

export interface Evaluated {
  readonly exports: unknown;
  /**
   * Calls a function that evaluates more of the text. The loading host answers, even while a
   * process runs.
   */
  load<Result>(act: () => Result): Result;
  /** What loading adds to `globalThis` and `process`. */
  readonly effects: LoadEffects;
}

export interface EvaluateOnceOptions extends ImageOptions {
  readonly asyncContext: AsyncContextUse;
  /** See `ModuleScopeOptions`. */
  readonly main?: string | null;
  readonly files?: FileSystem | null;
  /** By default, every package is missing. `host` is that of the text. */
  readonly requirePackage?: (host: AmbientHost) => RequirePackage;
  readonly web?: (host: AmbientHost) => Web;
  /** See `compile`. */
  readonly prefix?: string;
  readonly map?: string | null;
  /** What the text belongs to, for advice. */
  readonly from?: EscapedFrom;
}

/** Throws LoadError. */
export function evaluateOnce(name: string, code: string, options: EvaluateOnceOptions): Evaluated {
  const {
    current,
    compiled = new CompiledTexts(),
    asyncContext,
    main = null,
    files = null,
    requirePackage,
    web,
    prefix,
    map,
    from,
  } = options;
  let loading = false;
  const load = <Result>(act: () => Result): Result => {
    const before = loading;
    loading = true;
    try {
      return act();
    } finally {
      loading = before;
    }
  };
  const loadingHost = createLoadingHost(name, from);
  const host = createDelegatingHost(() => (loading ? null : current()), loadingHost);
  const scope = createModuleScope({
    host,
    watchTables: false,
    asyncContext,
    namespaces: createNamespaces(),
    requirePackage: requirePackage?.(host) ?? missing,
    isLoading: () => loading,
    main,
    files,
    web: web?.(host),
    load,
  });
  const evaluate = compiled.compile(name, code, { prefix, map });
  const effects = new LoadEffects(scope.globals, loadingHost.state);
  try {
    return { exports: load(() => evaluate(scope).module.exports), load, effects };
  } catch (error) {
    throw asLoadFailure(name, code, error);
  }
}
