/**
 * Bundles a project's own modules (TypeScript, relative imports) to one text. Node's modules stay
 * outside. So do packages, unless they are to be evaluated with the text.
 */
import path from 'node:path';
import type { Metafile, OnResolveArgs, Plugin, PluginBuild } from 'esbuild';
import { buildWithAddedGlobals } from './text/added-globals.ts';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { isOwnRequest, resolve } from './requires/absent-modules.ts';
import { ENTRY_FILE } from './bundle-failure.ts';
import { bundleOptions } from './bundle-options.ts';
import { addonPlugin, type PackageImport } from './bundle-packages.ts';
import { wsStatePlugin } from './packages/ws-state.ts';
import { withComputedFiles } from './requires/computed-files.ts';
import { buildWithCreated } from './requires/created-require.ts';
import { eagerModules, outside, outsidePlugin, type TextForm } from './outside-modules.ts';
import { withAssignedNames, withSparingNames } from './text/kept-names.ts';
import { packagesWithPaths, withModuleVariables } from './text/module-variables.ts';
import { nativeTablesPlugin } from './text/native-tables.ts';
import { isInPackage, packageOf, relativeTo } from './project-root.ts';
import { completeSourceMap, type SourceMapOptions, splitSourceMap } from './maps/source-map.ts';

export interface BundleModulesOptions {
  /**
   * An ES module that imports the modules to bundle. Its imports are relative to `workingFolder`.
   */
  readonly contents: string;
  readonly workingFolder: string;
  readonly form: TextForm;
  /** True for the name of a package (`zod`, `@scope/name`) that is to be bundled too. */
  readonly inside: (packageName: string) => boolean;
  /** Gives native Maps and Sets to packages inside, as packages outside have. */
  readonly nativeTables?: boolean | undefined;
  /** The absolute path of the main module, if there is one. */
  readonly main?: string | undefined;
  /** Keeps modules that are imported for their effects, whatever their package.json says. */
  readonly asNodeDoes?: boolean | undefined;
  /** Texts that replace the contents of files, by absolute path. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
  /** See `BundleSystemOptions`. */
  readonly simulatorEntry?: string | undefined;
  readonly sourceMaps?: boolean | undefined;
  /** Texts of edited files as a debugger shows them, by absolute path. */
  readonly shown?: ReadonlyMap<string, string> | undefined;
}

export interface ModulesBundle {
  readonly code: string;
  /** The source map of the code, if the options ask for it. */
  readonly map: string | null;
  /** Sorted by name. */
  readonly packages: readonly PackageImport[];
  /** The bundled files without those of packages, relative to the working folder; sorted. */
  readonly files: readonly string[];
  /** The names that `contents` exports. Only an async text lists them. */
  readonly exports: readonly string[];
  /** The files that are CommonJS modules, relative to the working folder. */
  readonly commonJsFiles: ReadonlySet<string>;
  /** Absolute paths of the bundled packages that may look for their own files. */
  readonly foldersWithPaths: ReadonlySet<string>;
}

export async function bundleModules(options: BundleModulesOptions): Promise<ModulesBundle> {
  const { workingFolder, edited, main, form, asNodeDoes = false, nativeTables = false, sourceMaps = false } = options;
  const packages = new Map<string, Omit<PackageImport, 'isLazy'>>();
  const { outputFiles, metafile } = await buildWithAddedGlobals(
    {
      ...bundleOptions(workingFolder, form === 'async' ? 'esm' : 'cjs', sourceMaps),
      ignoreAnnotations: asNodeDoes,
      stdin: { contents: options.contents, resolveDir: workingFolder, sourcefile: ENTRY_FILE, loader: 'js' },
      plugins: [
        simulatorPlugin(options),
        outsidePlugin(),
        importPlugin(options, packages),
        editPlugin(edited ?? new Map()),
        addonPlugin(),
        wsStatePlugin(),
        ...(nativeTables ? [nativeTablesPlugin(sourceMaps)] : []),
      ],
    },
    (withGlobals) => buildWithCreated(withGlobals, edited),
  );
  const { text: raw, map } = splitSourceMap(outputFiles[0]?.text ?? '');
  const named = withAssignedNames(withSparingNames(raw));
  const text = withModuleVariables(withComputedFiles(named), metafile, workingFolder, main);
  const inputs = filesIn(metafile);
  const commonJsFiles = new Set(inputs.filter((file) => metafile.inputs[file]?.format === 'cjs'));
  const eager = eagerModules(metafile, ENTRY_FILE);
  const before = commonJsFiles.size === 0 ? '"use strict";\n' : '';
  return {
    code: before + text,
    map: map === null ? null : completeSourceMap(map, mapOptions(options, before === '' ? 0 : 1)),
    packages: [...packages.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((wanted) => ({ ...wanted, isLazy: !eager.has(wanted.name) })),
    files: inputs.filter((file) => !isInPackage(file)).sort(),
    exports: Object.values(metafile.outputs)[0]?.exports ?? [],
    commonJsFiles,
    foldersWithPaths: packagesWithPaths(raw, metafile, workingFolder),
  };
}

function mapOptions(
  { workingFolder, shown, simulatorEntry }: BundleModulesOptions,
  linesBefore: number,
): SourceMapOptions {
  const simulatorFolder = simulatorEntry === undefined ? undefined : path.dirname(simulatorEntry);
  return { workingFolder, shown, simulatorFolder, linesBefore };
}

/** Real files: the names of virtual ones begin with a namespace. */
function filesIn({ inputs }: Metafile): string[] {
  return Object.keys(inputs).filter((file) => file !== ENTRY_FILE && !/^[a-z-]{2,}:/.test(file));
}

function importPlugin(options: BundleModulesOptions, packages: Map<string, Omit<PackageImport, 'isLazy'>>): Plugin {
  return {
    name: 'imports',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async (request) => {
        const { kind, path: specifier, resolveDir } = request;
        if (kind === 'entry-point' || isOwnRequest(request) || path.isAbsolute(specifier)) return undefined;
        if (isBuiltin(specifier)) return outside(specifier, options.form);
        // A package may have one form for `import` and one for `require`.
        const isRequired = kind === 'require-call';
        const resolved = await resolve(build, request, resolveDir, isRequired ? 'require-call' : 'import-statement');
        if (resolved === null || !isInPackage(resolved) || options.inside(packageOf(specifier))) return undefined;
        const name = await nameFor(build, request, resolved, options.workingFolder);
        const isOtherForm = isRequired && name !== specifier;
        packages.set(name, { name, specifier, folder: resolveDir, isRequired: isOtherForm });
        return outside(name, options.form);
      });
    },
  };
}

/**
 * The specifier, with a suffix if the project itself resolves it to another file, or to none, as
 * with packages that only another package has installed.
 */
async function nameFor(
  build: PluginBuild,
  request: OnResolveArgs,
  resolved: string,
  workingFolder: string,
): Promise<string> {
  const usual = await resolve(build, request, workingFolder, 'import-statement');
  return usual === resolved ? request.path : `${request.path}#${relativeTo(workingFolder, resolved)}`;
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
