/** Errors thrown while a text is loaded, in one line with the file that threw. */
import { WHILE_LOADED } from '../ambient/delegating-host.ts';
import { EscapeError } from '../ambient/guard.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { LoadError } from './errors.ts';
import { nameIn } from './package-name.ts';

/** `name` and `code` belong to the text that was loaded. */
export function asLoadFailure(name: string, code: string, error: unknown): LoadError {
  if (!(error instanceof Error)) return new LoadError(`${name}: loading threw ${String(error)}`);
  const message = error instanceof EscapeError ? error.message : `${error.name}: ${error.message}`;
  const file = fileOf(name, code, error.stack ?? '') ?? name;
  const isOfProcess = error instanceof EscapeError && error.way.endsWith(WHILE_LOADED);
  return new LoadError(`${file}: ${message}`, isOfProcess ? nameIn(file) || null : null);
}

function fileOf(name: string, code: string, stack: string): string | undefined {
  const place = stack.split(`${SIMULATED_FILE}${name}:`)[1];
  return place === undefined ? undefined : fileAtLine(code, Number.parseInt(place, 10));
}

/**
 * The source file of a line of bundled code. esbuild names the file in a comment before each
 * module.
 */
export function fileAtLine(code: string, line: number): string | undefined {
  const before = code.split('\n').slice(0, line).reverse();
  return before.map((text) => /^\/\/ (\S+\.\w+)$/.exec(text)?.[1]).find((file) => file !== undefined);
}
