/**
 * Compiles a bundled text to a function whose parameters are the simulated globals that it uses.
 * The text is nested in a second function, because it may declare a variable with the name of a
 * parameter (`const crypto = …`).
 */
import { compileFunction } from 'node:vm';
import { GLOBAL_NAMES_SIMULATED, type GlobalName, type SimulatedGlobals } from '../ambient/globals.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { LoadError } from './errors.ts';

/** Evaluates the text from nothing and returns its `module.exports`. */
export type Evaluate = (globals: SimulatedGlobals, require: (specifier: string) => unknown) => unknown;

/**
 * Compiles a text, which can then be evaluated any number of times. Stacks show `name` as its file.
 * Throws LoadError.
 */
export function compile(name: string, code: string): Evaluate {
  const mentioned = mentionedIn(code);
  const parameters = [...mentioned, 'require', 'module', 'exports', '__filename', '__dirname'];
  let evaluate: (...parameters: unknown[]) => void;
  try {
    // The first line contains only the wrapper, so line numbers begin after it.
    evaluate = compileFunction(`(function () {\n${code}\n}).call(exports);`, parameters, {
      filename: `${SIMULATED_FILE}${name}`,
      lineOffset: -1,
    }) as typeof evaluate;
  } catch (error) {
    throw new LoadError(`${name}: ${(error as Error).message}`);
  }
  return (globals, require) => {
    const module: { exports: unknown } = { exports: {} };
    evaluate(...mentioned.map(globals.get), require, module, module.exports, `/simulated/${name}`, '/simulated');
    return module.exports;
  };
}

/**
 * The globals that the text may use. It cannot reach a global whose name it does not contain,
 * unless it calls `eval`; esbuild has already replaced escapes in names. The name of a member
 * (`filter.process`) does not count, but a spread (`...process`) does.
 */
function mentionedIn(code: string): GlobalName[] {
  if (/\beval\b/.test(code)) return [...GLOBAL_NAMES_SIMULATED];
  return GLOBAL_NAMES_SIMULATED.filter((name) => new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name}(?![\\w$])`).test(code));
}
