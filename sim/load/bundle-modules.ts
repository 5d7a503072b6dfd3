/**
 * Bundles a project's own modules (TypeScript, relative imports) to one CommonJS text. Node's
 * modules stay outside. So do packages, unless they are to be evaluated with the text.
 */
import path from 'node:path';
import { build, type OnResolveArgs, type Plugin, type PluginBuild } from 'esbuild';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { ENTRY_FILE } from './bundle-failure.ts';
import { bundleOptions } from './bundle-options.ts';
import { addonPlugin, type PackageImport } from './bundle-packages.ts';

export interface BundleModulesOptions {
  /**
   * An ES module that imports the modules to bundle. Its imports are relative to `workingFolder`.
   */
  readonly contents: string;
  readonly workingFolder: string;
  /** True for the name of a package (`zod`, `@scope/name`) that is to be bundled too. */
  readonly inside: (packageName: string) => boolean;
  /** Texts that replace the contents of files, by absolute path. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
  /** See `BundleSystemOptions`. */
  readonly simulatorEntry?: string | undefined;
}

export interface ModulesBundle {
  readonly code: string;
  /** Sorted by name. */
  readonly packages: readonly PackageImport[];
  /** The bundled files without those of packages, relative to the working folder; sorted. */
  readonly files: readonly string[];
}

const RESOLVED_BY_ESBUILD = Symbol('resolved by esbuild');

export async function bundleModules(options: BundleModulesOptions): Promise<ModulesBundle> {
  const packages = new Map<string, PackageImport>();
  const { outputFiles, metafile } = await build({
    ...bundleOptions(options.workingFolder),
    stdin: { contents: options.contents, resolveDir: options.workingFolder, sourcefile: ENTRY_FILE, loader: 'js' },
    plugins: [
      simulatorPlugin(options),
      importPlugin(options, packages),
      editPlugin(options.edited ?? new Map()),
      addonPlugin(),
    ],
  });
  const inputs = Object.keys(metafile.inputs).filter((file) => file !== ENTRY_FILE);
  const strict = inputs.every((file) => metafile.inputs[file]?.format !== 'cjs') ? '"use strict";\n' : '';
  return {
    code: strict + (outputFiles[0]?.text ?? ''),
    packages: [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    files: inputs.filter((file) => !isInPackage(file)).sort(),
  };
}

function importPlugin(options: BundleModulesOptions, packages: Map<string, PackageImport>): Plugin {
  return {
    name: 'imports',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async (request) => {
        const { kind, path: specifier, pluginData, importer, resolveDir } = request;
        if (kind === 'entry-point' || pluginData === RESOLVED_BY_ESBUILD || path.isAbsolute(specifier))
          return undefined;
        if (isBuiltin(specifier)) return { path: specifier, external: true };
        // A package may have one form for `import` and one for `require`. The project's own code
        // gets the first.
        const isRequired = kind === 'require-call' && isInPackage(importer);
        const resolved = await resolve(build, request, resolveDir, isRequired ? 'require-call' : 'import-statement');
        if (resolved === null) return undefined;
        if (!isInPackage(resolved) || options.inside(packageOf(specifier))) return undefined;
        const name = await nameFor(build, request, resolved, options.workingFolder);
        const isOtherForm = isRequired && name !== specifier;
        packages.set(name, { name, specifier, folder: resolveDir, isRequired: isOtherForm });
        return { path: name, external: true };
      });
    },
  };
}

/**
 * Null if it cannot be resolved. Then esbuild reports it, or ignores it where the code catches the
 * error.
 */
async function resolve(
  build: PluginBuild,
  { path: specifier, importer }: OnResolveArgs,
  folder: string,
  kind: 'import-statement' | 'require-call',
): Promise<string | null> {
  const result = await build.resolve(specifier, {
    importer,
    resolveDir: folder,
    kind,
    pluginData: RESOLVED_BY_ESBUILD,
  });
  return result.errors.length > 0 || result.path === '' ? null : result.path;
}

/** The specifier, with a suffix if files of one system resolve it to different packages. */
async function nameFor(
  build: PluginBuild,
  request: OnResolveArgs,
  resolved: string,
  workingFolder: string,
): Promise<string> {
  const usual = await resolve(build, request, workingFolder, 'import-statement');
  return usual === null || usual === resolved
    ? request.path
    : `${request.path}#${path.relative(workingFolder, resolved).replaceAll('\\', '/')}`;
}

/**
 * Resolves the simulator to the small part that a scenario uses, so that the rest is not bundled
 * with it.
 */
function simulatorPlugin({ simulatorEntry }: BundleModulesOptions): Plugin {
  return {
    name: 'simulator',
    setup({ onResolve }) {
      if (simulatorEntry === undefined) return;
      const index = path.join(path.dirname(simulatorEntry), `index${path.extname(simulatorEntry)}`);
      onResolve({ filter: /^seedstorm$/ }, () => ({ path: simulatorEntry }));
      onResolve({ filter: /^\.{1,2}\/(?:.*\/)?index\.[jt]s$/ }, ({ path: specifier, resolveDir }) =>
        path.resolve(resolveDir, specifier) === index ? { path: simulatorEntry } : undefined,
      );
    },
  };
}

function editPlugin(edited: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'edits',
    setup({ onLoad }) {
      if (edited.size === 0) return;
      onLoad({ filter: /.*/, namespace: 'file' }, ({ path: file }) => {
        const contents = edited.get(file);
        return contents === undefined ? undefined : { contents, loader: 'default', resolveDir: path.dirname(file) };
      });
    },
  };
}

/** Whether a file belongs to a package and not to the project. */
export function isInPackage(file: string): boolean {
  return /(^|[\\/])node_modules[\\/]/.test(file);
}

/** `@scope/name` of `@scope/name/deep/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
