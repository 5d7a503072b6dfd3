/**
 * Lexical shadowing: a bundled text becomes the body of a function whose parameters are the
 * shadowed names. The text is nested once more, since it may declare a name of its own that is also
 * a parameter's (`const crypto = …`).
 */
import { compileFunction } from 'node:vm';
import { GLOBAL_NAMES_SIMULATED, type GlobalName, type SimulatedGlobals } from '../ambient/globals.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { LoadError } from './errors.ts';

/** Evaluates the text anew and returns its `module.exports`. */
export type Evaluate = (shadows: SimulatedGlobals, require: (specifier: string) => unknown) => unknown;

/**
 * Compiled once, evaluated as often as wanted. `name` is what stacks show for the file. Throws
 * LoadError.
 */
export function compile(name: string, code: string): Evaluate {
  const mentioned = mentionedIn(code);
  const parameters = [...mentioned, 'require', 'module', 'exports', '__filename', '__dirname'];
  let evaluate: (...parameters: unknown[]) => void;
  try {
    // The first line holds the wrapper alone and is not counted.
    evaluate = compileFunction(`(function () {\n${code}\n}).call(exports);`, parameters, {
      filename: `${SIMULATED_FILE}${name}`,
      lineOffset: -1,
    }) as typeof evaluate;
  } catch (error) {
    throw new LoadError(`${name}: ${(error as Error).message}`);
  }
  return (shadows, require) => {
    const module: { exports: unknown } = { exports: {} };
    evaluate(...mentioned.map(shadows.get), require, module, module.exports, `/simulated/${name}`, '/simulated');
    return module.exports;
  };
}

/**
 * A name that the text never spells can't be reached, unless the text evaluates others; esbuild,
 * through which every text has gone, has spelled out names that were written with escapes. A member
 * (`filter.process`) is no such name, but what is spread is (`...process`).
 */
function mentionedIn(code: string): GlobalName[] {
  if (/\beval\b/.test(code)) return [...GLOBAL_NAMES_SIMULATED];
  return GLOBAL_NAMES_SIMULATED.filter((name) => new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name}(?![\\w$])`).test(code));
}
