/**
 * Names a function without a name, for signatures of crashes: by the named function around it and
 * its number there. So two of them differ, and code elsewhere changes neither.
 */
import path from 'node:path';
import type { LinePlace } from '../kernel/placed-text.ts';
import { allFunctions, type FunctionRange } from './find-function.ts';
import { fileAtLine } from './load-failure.ts';

/**
 * `function 2 of start`: the second function without a name directly in `start`. Without a named
 * function around it, its file is named. Undefined outside of functions, or if the text can't be
 * parsed.
 */
export function functionAt(code: string, place: LinePlace): string | undefined {
  const functions = functionsIn(code, place.text);
  const offset = offsetOf(code, place);
  const innermost = functions.findLast(({ start, end }) => start <= offset && offset < end);
  if (innermost === undefined) return undefined;
  const around = aroundOf(code, innermost);
  if (innermost.isNamed) return around;
  const alike = functions.filter((one) => !one.isNamed && isInSame(innermost, one) && aroundOf(code, one) === around);
  return `function ${alike.indexOf(innermost) + 1} of ${around}`;
}

/** In the order in which they begin. */
function functionsIn(code: string, text: string): readonly FunctionRange[] {
  try {
    return allFunctions(text, code).sort((one, other) => one.start - other.start);
  } catch {
    return [];
  }
}

function isInSame(one: FunctionRange, other: FunctionRange): boolean {
  return one.path.length === other.path.length && one.path.every((name, index) => name === other.path[index]);
}

/** The innermost name around a function, or the name of its file. */
function aroundOf(code: string, { path: names, start }: FunctionRange): string {
  const name = names.at(-1);
  // esbuild numbers functions of the same name by what else is in the bundle.
  if (name !== undefined) return name.replace(/\d+$/, '');
  return path.posix.basename(fileAtLine(code, lineAt(code, start)) ?? 'the bundle');
}

function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length;
}

/** Lines and columns of V8 begin with 1. */
function offsetOf(code: string, { line, column = 1 }: LinePlace): number {
  const before = code.split('\n').slice(0, line - 1);
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
}
