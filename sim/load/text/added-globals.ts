/**
 * Globals that code adds or replaces: `globalThis.io = new Server()`, then `io.emit()` in another
 * file. The global object of a process is simulated, so a bare identifier would not find them.
 * esbuild makes members of it of these identifiers, where no declaration hides them.
 */
import type { BuildOptions } from 'esbuild';

const ASSIGNED =
  /\b(?:globalThis|global)(?:\.([\w$]+)|\[\s*(["'])([A-Za-z_$][\w$]*)\2\s*\])\s*(?:\?\?|\|\||&&)?=(?![=>])/g;
const ITSELF: ReadonlySet<string> = new Set(['globalThis', 'global', 'undefined', 'NaN', 'Infinity']);

/** The names that a text assigns to members of the global object, sorted. */
export function addedGlobals(text: string): readonly string[] {
  const names = [...text.matchAll(ASSIGNED)].map(([, member, , quoted]) => member ?? quoted ?? '');
  return [...new Set(names)].filter((name) => !/^\d/.test(name) && !ITSELF.has(name)).sort();
}

interface Defining extends BuildOptions {
  readonly define: Readonly<Record<string, string>>;
}

/**
 * Builds, and again if the text adds globals that the options do not define. Throws esbuild's
 * errors.
 */
export async function buildWithAddedGlobals<
  Options extends Defining,
  Result extends { outputFiles: { text: string }[] },
>(options: Options, build: (options: Options) => Promise<Result>): Promise<Result> {
  const result = await build(options);
  const names = addedGlobals(result.outputFiles[0]?.text ?? '').filter((name) => !(name in options.define));
  if (names.length === 0) return result;
  const added = Object.fromEntries(names.map((name) => [name, `globalThis.${name}`]));
  return await build({ ...options, define: { ...added, ...options.define } });
}
