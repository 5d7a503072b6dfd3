/**
 * Packages have native Maps and Sets, also those that are evaluated for each process. Some take a
 * method from `Map.prototype` and call it on a table of another class, or compare the two; and only
 * the system's own tables are watched.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { isInPackage } from '../project-root.ts';

/** The names of the native classes in a text. For esbuild's option `define`. */
export const NATIVE_NAMES = { Map: '__seedstormMap', Set: '__seedstormSet' } as const;

/** The values of the names, which are parameters of each text. */
export const NATIVE_TABLES = { [NATIVE_NAMES.Map]: Map, [NATIVE_NAMES.Set]: Set } as const;

/** The loader of esbuild, by the extension of a file. */
export const LOADERS: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.cjs': 'js',
  '.mjs': 'js',
  '.ts': 'ts',
  '.cts': 'ts',
  '.mts': 'ts',
};

/**
 * Renames the classes in files of packages. esbuild leaves variables of these names alone. With
 * `sourceMap`, the renamed text has a map, from which esbuild makes that of the bundle.
 */
export function nativeTablesPlugin(sourceMap: boolean): Plugin {
  return {
    name: 'native tables',
    setup({ onLoad, esbuild }) {
      onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?[jt]s$/, namespace: 'file' }, async ({ path: file }) => {
        const loader = LOADERS[path.extname(file)];
        if (loader === undefined || !isInPackage(file)) return undefined;
        const contents = await readFile(file, 'utf8');
        if (!/\b(?:Map|Set)\b/.test(contents)) return undefined;
        // The build reports what can't be parsed.
        const sourcemap = sourceMap ? 'inline' : false;
        const transformed = await esbuild
          .transform(contents, { loader, define: NATIVE_NAMES, sourcemap, sourcefile: path.basename(file) })
          .catch(() => null);
        return transformed === null ? undefined : { contents: transformed.code, loader: 'js' };
      });
    },
  };
}
