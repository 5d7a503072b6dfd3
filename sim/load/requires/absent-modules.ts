/**
 * Modules that are absent, such as optional packages. As in Node, `require` and `import()` of one
 * fail when they are reached. So does `import()` of a file that imports one, directly or not; then
 * no file behind that `import()` is evaluated. A static import that the entry reaches fails when
 * the bundle is made.
 */
import path from 'node:path';
import {
  build,
  type BuildFailure,
  type BuildResult,
  type Metafile,
  type OnResolveArgs,
  type OnResolveResult,
  type Plugin,
  type PluginBuild,
  type StdinOptions,
} from 'esbuild';
import { computedRequiresIn, computedRequiresPlugin } from './computed-requires.ts';
import type { bundleOptions } from '../bundle-options.ts';
import { relativeTo, simulatedPath } from '../project-root.ts';

const RESOLVED_BY_ESBUILD = Symbol('resolved by esbuild');

/** Of virtual modules that throw. Their paths are the texts of the errors. */
const NAMESPACE = 'absent';

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
  const { absWorkingDir: root } = options;
  try {
    return await build(options);
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    const absent = errors.flatMap(({ text }) => /^Could not resolve "(.+)"$/.exec(text)?.[1] ?? []);
    if (absent.length === 0) throw error;
    const plugins = [throwingPlugin(), absentPlugin(root, absent), ...options.plugins];
    const result = await build({ ...options, plugins });
    const failing = failingModules(result.metafile);
    if (failing.size === 0) return result;
    if (failing.has(options.stdin.sourcefile ?? '<stdin>')) throw error;
    return await build({ ...options, plugins: [failingPlugin(root, result.metafile, failing), ...plugins] });
  }
}

/** For these specifiers only: asking about each one would make a build slow. */
function absentPlugin(root: string, specifiers: readonly string[]): Plugin {
  return {
    name: 'absent modules',
    setup(build) {
      build.onResolve({ filter: anyOf(specifiers) }, async (request) => {
        const { kind, path: specifier, resolveDir } = request;
        if (isOwnRequest(request)) return undefined;
        if (kind !== 'require-call' && kind !== 'dynamic-import' && kind !== 'import-statement') return undefined;
        if ((await resolve(build, request, resolveDir, kind)) !== null) return undefined;
        return kind === 'import-statement' ? throwing(notFound(root, request)) : { path: specifier, external: true };
      });
    },
  };
}

/** Lets `import()` and `require` of a failing module throw before it evaluates anything. */
function failingPlugin(root: string, { inputs }: Metafile, failing: ReadonlyMap<string, string>): Plugin {
  const lazy = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind, path }) => kind !== 'import-statement' && failing.has(path)),
  );
  const specifiers = lazy.map(({ original, path }) => original ?? path);
  return {
    name: 'failing modules',
    setup(build) {
      build.onResolve({ filter: anyOf(specifiers) }, async (request) => {
        const { kind, path: specifier, resolveDir } = request;
        if (isOwnRequest(request) || (kind !== 'require-call' && kind !== 'dynamic-import')) return undefined;
        const resolved = await resolve(build, request, resolveDir, kind);
        const text = failing.get(resolved === null ? specifier : relativeTo(root, resolved));
        return text === undefined ? undefined : throwing(text);
      });
    },
  };
}

/** The modules whose static imports reach an absent one, each with the text of the error. */
function failingModules({ inputs }: Metafile): ReadonlyMap<string, string> {
  const absent = Object.keys(inputs).filter((name) => name.startsWith(`${NAMESPACE}:`));
  const failing = new Map(absent.map((name) => [name, name.slice(NAMESPACE.length + 1)]));
  // The loop also visits the modules that it adds.
  for (const [name, text] of failing)
    for (const [importer, { imports }] of Object.entries(inputs))
      if (!failing.has(importer) && imports.some(({ kind, path }) => kind === 'import-statement' && path === name))
        failing.set(importer, text);
  for (const name of absent) failing.delete(name);
  return failing;
}

function throwing(text: string): OnResolveResult {
  return { path: text, namespace: NAMESPACE };
}

function throwingPlugin(): Plugin {
  return {
    name: 'throwing modules',
    setup({ onLoad }) {
      onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path: text }) => ({
        contents: `module.exports = {}; throw Object.assign(new Error(${JSON.stringify(text)}), { code: 'ERR_MODULE_NOT_FOUND' });`,
        loader: 'js',
      }));
    },
  };
}

/** As Node says it. */
function notFound(root: string, { path: specifier, importer, resolveDir }: OnResolveArgs): string {
  const from = `imported from ${simulatedPath(root, importer)}`;
  if (!/^[./]/.test(specifier)) return `Cannot find package '${specifier}' ${from}`;
  return `Cannot find module '${simulatedPath(root, path.resolve(resolveDir, specifier))}' ${from}`;
}

function anyOf(specifiers: readonly string[]): RegExp {
  const escaped = specifiers.map((specifier) => specifier.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^(?:${escaped.join('|')})$`);
}
