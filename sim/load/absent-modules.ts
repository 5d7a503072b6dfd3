/**
 * Modules that are absent, such as optional packages. As in Node, `require` and `import()` of one
 * fail when they are reached. A static import fails when the bundle is made.
 */
import {
  build,
  type BuildFailure,
  type BuildResult,
  type OnResolveArgs,
  type Plugin,
  type PluginBuild,
  type StdinOptions,
} from 'esbuild';
import { computedRequiresIn, computedRequiresPlugin } from './computed-requires.ts';
import type { bundleOptions } from './bundle-options.ts';

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

export interface AbsentBuildOptions extends ReturnType<typeof bundleOptions> {
  readonly stdin: StdinOptions;
  readonly plugins: Plugin[];
  readonly ignoreAnnotations?: boolean;
}

type Built = BuildResult<AbsentBuildOptions>;

/**
 * Builds, and leaves calls with absent modules in the code. Adds the modules that packages may
 * require by a computed name, unless they cannot be bundled. Throws esbuild's errors.
 */
export async function buildWithAbsent(options: AbsentBuildOptions): Promise<Built> {
  const built = await buildLeavingAbsent(options);
  const computed = computedRequiresIn(built.outputFiles[0]?.text ?? '', built.metafile, options.absWorkingDir);
  if (computed.size === 0) return built;
  // Before other plugins: the first one that loads a file wins.
  const plugins = [computedRequiresPlugin(computed), ...options.plugins];
  return await buildLeavingAbsent({ ...options, plugins }).catch(() => built);
}

async function buildLeavingAbsent(options: AbsentBuildOptions): Promise<Built> {
  try {
    return await build(options);
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    const absent = errors.flatMap(({ text }) => /^Could not resolve "(.+)"$/.exec(text)?.[1] ?? []);
    if (absent.length === 0) throw error;
    return await build({ ...options, plugins: [...options.plugins, absentPlugin(absent)] });
  }
}

/** For these specifiers only: asking about each one would make a build slow. */
function absentPlugin(specifiers: readonly string[]): Plugin {
  return {
    name: 'absent modules',
    setup(build) {
      build.onResolve({ filter: anyOf(specifiers) }, async (request) => {
        const { kind, path: specifier, resolveDir } = request;
        if ((kind !== 'require-call' && kind !== 'dynamic-import') || isOwnRequest(request)) return undefined;
        const resolved = await resolve(build, request, resolveDir, kind);
        return resolved === null ? { path: specifier, external: true } : undefined;
      });
    },
  };
}

function anyOf(specifiers: readonly string[]): RegExp {
  const escaped = specifiers.map((specifier) => specifier.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^(?:${escaped.join('|')})$`);
}
