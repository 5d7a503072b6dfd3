/** Bundles the packages that a system imports, with their dependencies, to one CommonJS text. */
import { basename } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import { buildWithAddedGlobals } from './text/added-globals.ts';
import { wsStatePlugin } from './packages/ws-state.ts';
import { withComputedFiles } from './requires/computed-files.ts';
import { buildWithCreated } from './requires/created-require.ts';
import { withSparingNames } from './text/kept-names.ts';
import { packagesWithPaths, withModuleVariables } from './text/module-variables.ts';
import { withImportCalls } from './outside-modules.ts';
import { nameIn } from './package-name.ts';
import { completeSourceMap, splitSourceMap } from './maps/source-map.ts';

/** A package as one of the system's files imports it. */
export interface PackageImport {
  /** The argument of `require` in the system's bundled text. */
  readonly name: string;
  readonly specifier: string;
  /** Folder of the importing file: packages are resolved from there. */
  readonly folder: string;
  /** True if the import is a `require` and the package has a separate form for it. */
  readonly isRequired: boolean;
  /**
   * True if no static import leads from the entry to it. It is then evaluated at its first
   * `require` or `import()`.
   */
  readonly isLazy: boolean;
}

export interface PackagesBundle {
  /**
   * Sets `module.exports` to an object with the exports of each package, by name. A getter
   * evaluates a lazy one.
   */
  readonly code: string;
  /** The source map of the code, if it was asked for. */
  readonly map: string | null;
  /** Names of the packages that are ES modules. Their exports need no wrapper for `import`. */
  readonly esModules: ReadonlySet<string>;
  /**
   * The importing packages of each bundled package, dependencies of packages included; sorted by
   * name.
   */
  readonly importers: Importers;
  /** Absolute paths of the packages that may look for their own files. */
  readonly foldersWithPaths: ReadonlySet<string>;
}

export type Importers = ReadonlyMap<string, ReadonlySet<string>>;

const NAMESPACE = 'package';

const NO_PACKAGES: PackagesBundle = {
  code: 'module.exports = {};\n',
  map: null,
  esModules: new Set(),
  importers: new Map(),
  foldersWithPaths: new Set(),
};

/** Throws esbuild's error if a package awaits at top level. */
export async function bundlePackages(
  workingFolder: string,
  imports: readonly PackageImport[],
  sourceMap = false,
): Promise<PackagesBundle> {
  if (imports.length === 0) return NO_PACKAGES;
  const { text, map, metafile, foldersWithPaths } = await buildPackages(workingFolder, imports, 'cjs', sourceMap);
  const esModules = new Set(imports.filter((_, index) => isEsModule(metafile, index)).map(({ name }) => name));
  const entries = imports.map((wanted, index) => {
    // The exports of a CommonJS package are `default` of esbuild's wrapper around it.
    const inner = wanted.isRequired || esModules.has(wanted.name) ? '' : '.default';
    const name = JSON.stringify(wanted.name);
    return wanted.isLazy ? `  get ${name}() { return p.p${index}()${inner}; },` : `  ${name}: p.p${index}${inner},`;
  });
  return {
    code: `${withImportCalls(text)}\n{ const p = module.exports; module.exports = {\n${entries.join('\n')}\n}; }\n`,
    map: map === null ? null : completeSourceMap(map, { workingFolder, linesBefore: 0 }),
    esModules,
    importers: importersIn(metafile),
    foldersWithPaths,
  };
}

/** The importers of each package, also if packages await at top level. */
export async function importersOf(workingFolder: string, imports: readonly PackageImport[]): Promise<Importers> {
  const { metafile } = await buildPackages(workingFolder, imports, 'esm', false);
  return importersIn(metafile);
}

async function buildPackages(
  workingFolder: string,
  imports: readonly PackageImport[],
  format: 'cjs' | 'esm',
  sourceMap: boolean,
) {
  const statements = imports.map(({ isLazy }, index) => {
    const specifier = `"${NAMESPACE}:${index}.mjs"`;
    return isLazy
      ? `export const p${index} = () => require(${specifier}).all;`
      : `export { all as p${index} } from ${specifier};`;
  });
  const { outputFiles, metafile } = await buildWithAddedGlobals(
    {
      ...bundleOptions(workingFolder, format, sourceMap),
      stdin: { contents: statements.join('\n'), loader: 'js' as const },
      plugins: [packagePlugin(imports), addonPlugin(), wsStatePlugin()],
    },
    buildWithCreated,
  );
  const { text, map } = splitSourceMap(outputFiles[0]?.text ?? '');
  return {
    text: withModuleVariables(withComputedFiles(withSparingNames(text)), metafile, workingFolder),
    map,
    metafile,
    foldersWithPaths: packagesWithPaths(text, metafile, workingFolder),
  };
}

/** The packages and all that import one of them, directly or not. */
export function withImporters(names: Iterable<string>, importers: Importers): ReadonlySet<string> {
  const all = new Set(names);
  // The loop also visits the names that it adds.
  for (const name of all) for (const importer of importers.get(name) ?? []) all.add(importer);
  return all;
}

function importersIn({ inputs }: Metafile): Importers {
  const names = [...new Set(Object.keys(inputs).map(nameIn))].filter((name) => name !== '').sort();
  const importers = new Map(names.map((name) => [name, new Set<string>()]));
  for (const [file, { imports }] of Object.entries(inputs))
    for (const { path } of imports) if (nameIn(file) !== '') importers.get(nameIn(path))?.add(nameIn(file));
  return importers;
}

/** A virtual module for each package, so that esbuild resolves it from the importer's folder. */
function packagePlugin(imports: readonly PackageImport[]): Plugin {
  return {
    name: 'packages',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^package:/ }, ({ path }) => ({ path: path.slice('package:'.length), namespace: NAMESPACE }));
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
        const wanted = imports[Number.parseInt(path, 10)]!;
        return {
          contents: `${statementFor(wanted)}\nexport { all };`,
          loader: 'js',
          resolveDir: wanted.folder,
        };
      });
    },
  };
}

function statementFor({ specifier, isRequired }: PackageImport): string {
  const quoted = JSON.stringify(specifier);
  return isRequired ? `const all = require(${quoted});` : `import * as all from ${quoted};`;
}

function isEsModule({ inputs }: Metafile, index: number): boolean {
  const resolved = inputs[`${NAMESPACE}:${index}.mjs`]?.imports[0]?.path;
  return resolved !== undefined && inputs[resolved]?.format === 'esm';
}

/**
 * Extensions of files of packages that are not code. Names of code begin alike, and esbuild's
 * patterns can't look ahead.
 */
const NO_CODE =
  /[\\/]node_modules[\\/].*\.(?:[^cjmnt./\\][^./\\]*|c[^jst./\\][^./\\]*|m[^jt./\\][^./\\]*|t[^sx./\\][^./\\]*)$/;

/**
 * Replaces files that can't be in a bundle by code that throws. Native addons are one kind, and
 * packages with an optional one catch the error. The other is the README.md in a folder from which
 * a package requires a file by a computed name.
 */
export function addonPlugin(): Plugin {
  return {
    name: 'addons',
    setup({ onLoad }) {
      onLoad({ filter: /\.node$/ }, () => {
        return { contents: 'throw new Error("native addons are not loaded under simulation");', loader: 'js' };
      });
      onLoad({ filter: NO_CODE, namespace: 'file' }, ({ path: file }) => {
        const text = JSON.stringify(`${basename(file)} is not a module`);
        return { contents: `throw new SyntaxError(${text});`, loader: 'js' };
      });
    },
  };
}
