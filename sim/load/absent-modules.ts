/**
 * Modules that are not there, such as optional packages. As in Node, `require` and `import()` of
 * one fail when they are reached. A static import fails when the bundle is made.
 */
import type { OnResolveArgs, Plugin, PluginBuild } from 'esbuild';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { isInPackage } from './project-root.ts';

const RESOLVED_BY_ESBUILD = Symbol('resolved by esbuild');

/** True for a request that `resolve` has made, which plugins leave to esbuild. */
export function isOwnRequest({ pluginData }: OnResolveArgs): boolean {
  return pluginData === RESOLVED_BY_ESBUILD;
}

/** The path that esbuild resolves the request to; null if it finds none. */
export async function resolve(
  build: PluginBuild,
  { path: specifier, importer }: OnResolveArgs,
  folder: string,
  kind: 'import-statement' | 'require-call' | 'dynamic-import',
): Promise<string | null> {
  const result = await build.resolve(specifier, {
    importer,
    resolveDir: folder,
    kind,
    pluginData: RESOLVED_BY_ESBUILD,
  });
  return result.errors.length > 0 || result.path === '' ? null : result.path;
}

/** Leaves calls with absent modules in the code. */
export function absentPlugin(): Plugin {
  return {
    name: 'absent modules',
    setup(build) {
      build.onResolve({ filter: /^/ }, async (request) => {
        const { kind, path: specifier, importer, resolveDir } = request;
        if ((kind !== 'require-call' && kind !== 'dynamic-import') || isOwnRequest(request)) return undefined;
        // A package is complete: resolving each of its files twice would cost time for nothing.
        if (specifier.startsWith('.') && kind === 'require-call' && isInPackage(importer)) return undefined;
        if (isBuiltin(specifier)) return undefined;
        const resolved = await resolve(build, request, resolveDir, kind);
        return resolved === null ? { path: specifier, external: true } : undefined;
      });
    },
  };
}
