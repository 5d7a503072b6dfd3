/** Turns esbuild's errors into one line. */
import type { BuildFailure, Message } from 'esbuild';
import { LoadError } from './errors.ts';

/** A LoadError for an error of esbuild; any other error is returned as it is. */
function asLoadError(error: unknown): unknown {
  const errors = (error as Partial<BuildFailure>).errors;
  const first = errors?.[0];
  if (errors === undefined || first === undefined) return error;
  const missing = missingPackages(errors);
  if (missing.length > 1 && missing.includes(packageIn(first) ?? ''))
    return new LoadError(notInstalled(first, missing));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new LoadError(`${described(first)}${more}`);
}

/** Packages that can't be resolved, each once, in the order of the errors. */
function missingPackages(errors: readonly Message[]): readonly string[] {
  return [...new Set(errors.flatMap((error) => packageIn(error) ?? []))];
}

/** The package that esbuild could not resolve; null for a file and for any other error. */
function packageIn({ text, location }: Pick<Message, 'text' | 'location'>): string | null {
  const [, name] = /^Could not resolve "((?:@[^/"]+\/)?[^@./"][^/"]*)/.exec(text) ?? [];
  return name === undefined || location?.file === ENTRY_FILE ? null : name;
}

/** All missing packages, since each attempt to install one of them costs a run. */
function notInstalled({ location }: Message, names: readonly string[]): string {
  const where = location === null ? '' : `${location.file}:${location.line}: `;
  return `${where}packages are not installed: ${names.join(', ')}`;
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
  const missingPackage = packageIn({ text, location });
  if (missingPackage !== null) text = `package "${missingPackage}" is not installed`;
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
