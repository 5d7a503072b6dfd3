/** Turns esbuild's errors into one line. */
import type { BuildFailure, Message } from 'esbuild';
import { LoadError } from './errors.ts';

/** A LoadError for an error of esbuild; any other error is returned as it is. */
function asLoadError(error: unknown): unknown {
  const errors = (error as Partial<BuildFailure>).errors;
  const first = errors?.[0];
  if (errors === undefined || first === undefined) return error;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new LoadError(`${described(first)}${more}`);
}

/**
 * The files whose top-level await is the only obstacle to a CommonJS text; empty for any other
 * error.
 */
export function awaitingFiles(error: unknown): readonly string[] {
  const { errors = [] } = error as Partial<BuildFailure>;
  const isAwait = errors.length > 0 && errors.every(({ text }) => text.startsWith(AWAIT_REFUSED));
  return isAwait ? errors.map(({ location }) => location?.file ?? '') : [];
}

const AWAIT_REFUSED = 'Top-level await is';

function described({ text, location }: Message): string {
  const missing = /^No matching export in "(.+)" for import "(.+)"$/.exec(text);
  if (missing !== null && location?.file === ENTRY_FILE) {
    const [, file, name] = missing;
    return name === 'default'
      ? `${file} is not a scenario: it has no default export; if it is your server, name it as system in one, as init does`
      : `${file}: has no export named "${name}"`;
  }
  const unresolved = /^Could not resolve "(.+)"$/.exec(text);
  if (unresolved !== null && location?.file === ENTRY_FILE)
    return `${unresolved[1]?.replace(/^\.\//, '')}: no such file`;
  if (unresolved !== null && !/^[./]/.test(unresolved[1] ?? '.')) text = `package "${unresolved[1]}" is not installed`;
  if (text.startsWith(AWAIT_REFUSED)) text = 'top-level await is not supported in a scenario';
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}

/** Name, for esbuild, of the generated module that imports an entry. */
export const ENTRY_FILE = 'entry.mjs';

/** Throws LoadError instead of an error of esbuild. */
export async function orLoadError<T>(bundling: Promise<T>): Promise<T> {
  try {
    return await bundling;
  } catch (error) {
    throw asLoadError(error);
  }
}
