/** What was thrown while a text was being loaded, in one line with the file that threw. */
import { EscapeError } from '../ambient/guard.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { LoadError } from './errors.ts';

/** `name` and `code` are the text's. */
export function asLoadFailure(name: string, code: string, error: unknown): LoadError {
  if (!(error instanceof Error)) return new LoadError(`${name}: ${String(error)} was thrown while it was loaded`);
  const said = error instanceof EscapeError ? error.message : `${error.name}: ${error.message}`;
  return new LoadError(`${fileOf(name, code, error.stack ?? '') ?? name}: ${said}`);
}

function fileOf(name: string, code: string, stack: string): string | undefined {
  const place = stack.split(`${SIMULATED_FILE}${name}:`)[1];
  return place === undefined ? undefined : fileAtLine(code, Number.parseInt(place, 10));
}

/** esbuild says before each module in a comment which file it was. */
export function fileAtLine(code: string, line: number): string | undefined {
  const before = code.split('\n').slice(0, line).reverse();
  return before.map((text) => /^\/\/ (\S+\.\w+)$/.exec(text)?.[1]).find((file) => file !== undefined);
}
