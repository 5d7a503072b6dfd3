/**
 * Bundles modules of one's own (TypeScript, relative imports) to one CommonJS text. Node's modules
 * stay outside, and so do packages, unless they are to be evaluated with it.
 */
import path from 'node:path';
import { build, type OnResolveArgs, type Plugin, type PluginBuild } from 'esbuild';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { ENTRY_FILE } from './bundle-failure.ts';
import { bundleOptions } from './bundle-options.ts';
import { addonPlugin, type PackageImport } from './bundle-packages.ts';

export interface BundleModulesOptions {
  /** An ES module that imports what is wanted; its imports are relative to `workingFolder`. */
  readonly contents: string;
  readonly workingFolder: string;
  /** True for a package that is to be inside, by its name (`zod`, `@scope/name`). */
  readonly inside: (packageName: string) => boolean;
  /** Texts that replace those of files, by absolute path. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
  /** See `BundleSystemOptions`. */
  readonly simulatorEntry?: string | undefined;
}

export interface ModulesBundle {
  readonly code: string;
  /** Sorted by name. */
  readonly packages: readonly PackageImport[];
  /** The files inside, relative to the working folder, packages' files aside; sorted. */
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
      build.onResolve({ filter: /^[^./]/ }, async (asked) => {
        if (asked.kind === 'entry-point' || asked.pluginData === RESOLVED_BY_ESBUILD || path.isAbsolute(asked.path))
          return undefined;
        if (isBuiltin(asked.path)) return { path: asked.path, external: true };
        // One's own code finds a package with two forms in one of them; a package that asks for the
        // other one needs it.
        const isRequired = asked.kind === 'require-call' && isInPackage(asked.importer);
        const resolved = await resolve(
          build,
          asked,
          asked.resolveDir,
          isRequired ? 'require-call' : 'import-statement',
        );
        if (resolved === null) return undefined;
        if (!isInPackage(resolved) || options.inside(packageOf(asked.path))) return undefined;
        const name = await nameFor(build, asked, resolved, options.workingFolder);
        const isOther = isRequired && name !== asked.path;
        packages.set(name, { name, specifier: asked.path, folder: asked.resolveDir, isRequired: isOther });
        return { path: name, external: true };
      });
    },
  };
}

/**
 * Null when it can't be resolved: esbuild then says so itself, or lets it pass where the code is
 * ready to catch it.
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

/**
 * The specifier, or something longer where files of one system find different packages by the same
 * specifier.
 */
async function nameFor(
  build: PluginBuild,
  asked: OnResolveArgs,
  resolved: string,
  workingFolder: string,
): Promise<string> {
  const usual = await resolve(build, asked, workingFolder, 'import-statement');
  return usual === null || usual === resolved
    ? asked.path
    : `${asked.path}#${path.relative(workingFolder, resolved).replaceAll('\\', '/')}`;
}

/**
 * A scenario is written with a small part of the simulator, and must not take all the rest into its
 * bundle.
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

/** A file of a package, rather than one's own. */
export function isInPackage(file: string): boolean {
  return /(^|[\\/])node_modules[\\/]/.test(file);
}

/** `@scope/name` of `@scope/name/deep/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
