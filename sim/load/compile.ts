/**
 * Compiles a bundled text to a function whose parameters are the simulated globals that it uses.
 * The text is nested in a second function, because it may declare a variable with the name of a
 * parameter (`const crypto = …`).
 */
import { compileFunction } from 'node:vm';
import { GLOBAL_NAMES_SIMULATED, type GlobalName } from '../ambient/globals.ts';
import { GLOBAL_VARIABLE, isWebName } from '../ambient/web/names.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { LoadError } from './errors.ts';
import { NATIVE_TABLES } from './text/native-tables.ts';
import type { ModuleScope } from './module-scope.ts';
import type { TextForm } from './outside-modules.ts';
import { inlineSourceMap } from './maps/source-map.ts';
import { WATCH_STATE } from './state/watched-state.ts';
import { WATCH_ARRAY } from './watched-arrays.ts';

export interface Evaluation {
  /** The `module.exports` of the text. */
  readonly module: { readonly exports: unknown };
  /** Settles when an async text has ended; undefined for a text that has ended already. */
  readonly ended: Promise<void> | undefined;
}

export interface CompileOptions {
  readonly form?: TextForm | undefined;
  readonly prefix?: string | undefined;
  readonly map?: string | null | undefined;
}

/** Evaluates the text from nothing. */
export type Evaluate = (scope: ModuleScope) => Evaluation;

/**
 * Compiles a text, which can then be evaluated any number of times. Stacks show `name` as its file,
 * with the prefix of simulated code. `map`: the source map, for debuggers. Throws LoadError.
 */
export function compile(
  name: string,
  code: string,
  { form = 'sync', prefix = SIMULATED_FILE, map = null }: CompileOptions = {},
): Evaluate {
  const mentioned = mentionedIn(code);
  const usesWeb = code.includes(GLOBAL_VARIABLE);
  const watchesArrays = code.includes(WATCH_ARRAY);
  const watchesState = code.includes(WATCH_STATE);
  const globalParameter = [
    ...(usesWeb ? [GLOBAL_VARIABLE] : []),
    ...(watchesArrays ? [WATCH_ARRAY] : []),
    ...(watchesState ? [WATCH_STATE] : []),
  ];
  const parameters = [...mentioned, ...globalParameter, 'require', 'module', 'exports', ...Object.keys(NATIVE_TABLES)];
  const nested = form === 'async' ? 'async function' : 'function';
  const comment = map === null ? '' : inlineSourceMap(map);
  let evaluate: (...parameters: unknown[]) => Promise<void> | undefined;
  try {
    // The wrapper is on the first line of the text, so that lines keep their numbers.
    evaluate = compileFunction(`return (${nested} () {${code}\n${comment}\n}).call(exports);`, parameters, {
      filename: `${prefix}${name}`,
    }) as typeof evaluate;
  } catch (error) {
    throw new LoadError(`${name}: ${(error as Error).message}`);
  }
  return ({ globals, require, state }) => {
    const module: { exports: unknown } = { exports: {} };
    const tables = Object.values(NATIVE_TABLES);
    const values = [
      ...mentioned.map(globals.get),
      ...(usesWeb ? [globals.get('globalThis')] : []),
      ...(watchesArrays ? [globals.watchArray] : []),
      ...(watchesState ? [state] : []),
    ];
    const ended = evaluate(...values, require, module, module.exports, ...tables);
    return { module, ended };
  };
}

/**
 * Compiles texts, and keeps the last one of each name: variants of a system have the same packages
 * and the same scenario, which take longer to compile than the system. Evaluations share nothing.
 */
export class CompiledTexts {
  readonly #last = new Map<string, { readonly code: string; readonly evaluate: Evaluate }>();

  /** See `compile`. */
  compile(name: string, code: string, options: CompileOptions = {}): Evaluate {
    const { form = 'sync', prefix = SIMULATED_FILE, map = null } = options;
    // Two texts of one code never have different maps.
    const key = [form, prefix, map === null ? 'without a map' : 'with its map', name].join(' ');
    const last = this.#last.get(key);
    if (last?.code === code) return last.evaluate;
    const evaluate = compile(name, code, options);
    this.#last.set(key, { code, evaluate });
    return evaluate;
  }
}

/**
 * The globals that the text may use. It cannot reach a global whose name it does not contain,
 * unless it calls `eval`; esbuild has already replaced escapes in names. The name of a member
 * (`filter.process`) does not count, but a spread (`...process`) does. Globals of the web have been
 * replaced by members of the global object.
 */
function mentionedIn(code: string): GlobalName[] {
  if (/\beval\b/.test(code)) return [...GLOBAL_NAMES_SIMULATED];
  return GLOBAL_NAMES_SIMULATED.filter(
    (name) => !isWebName(name) && new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name}(?![\\w$])`).test(code),
  );
}
