/** Bundles the packages that a system imports, with their dependencies, to one CommonJS text. */
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

/** A package as one of the system's files imports it. */
export interface PackageImport {
  /** The argument of `require` in the system's bundled text. */
  readonly name: string;
  readonly specifier: string;
  /** Folder of the importing file: packages are resolved from there. */
  readonly folder: string;
  /** True if the import is a `require` and the package has a separate form for it. */
  readonly isRequired: boolean;
}

export interface PackagesBundle {
  /** Sets `module.exports` to an object with the exports of each package, by name. */
  readonly code: string;
  /** Names of the packages that are ES modules. Their exports need no wrapper for `import`. */
  readonly esModules: ReadonlySet<string>;
  /**
   * The importing packages of each bundled package, dependencies of packages included; sorted by
   * name.
   */
  readonly importers: ReadonlyMap<string, ReadonlySet<string>>;
}

const NAMESPACE = 'package';

export async function bundlePackages(
  workingFolder: string,
  imports: readonly PackageImport[],
): Promise<PackagesBundle> {
  if (imports.length === 0) return { code: 'module.exports = {};\n', esModules: new Set(), importers: new Map() };
  const { outputFiles, metafile } = await build({
    ...bundleOptions(workingFolder),
    stdin: {
      contents: imports.map((_, index) => `export { all as p${index} } from "package:${index}.mjs";`).join('\n'),
      loader: 'js',
    },
    plugins: [packagePlugin(imports), addonPlugin()],
  });
  const esModules = new Set(imports.filter((_, index) => isEsModule(metafile, index)).map(({ name }) => name));
  // The exports of a CommonJS package are `default` of esbuild's wrapper around it.
  const entries = imports.map(
    ({ name, isRequired }, index) =>
      `  ${JSON.stringify(name)}: p.p${index}${isRequired || esModules.has(name) ? '' : '.default'},`,
  );
  return {
    code: `${outputFiles[0]?.text ?? ''}\n{ const p = module.exports; module.exports = {\n${entries.join('\n')}\n}; }\n`,
    esModules,
    importers: importersIn(metafile),
  };
}

function importersIn({ inputs }: Metafile): ReadonlyMap<string, ReadonlySet<string>> {
  const names = [...new Set(Object.keys(inputs).map(nameIn))].filter((name) => name !== '').sort();
  const importers = new Map(names.map((name) => [name, new Set<string>()]));
  for (const [file, { imports }] of Object.entries(inputs))
    for (const { path } of imports) if (nameIn(file) !== '') importers.get(nameIn(path))?.add(nameIn(file));
  return importers;
}

/**
 * Name of the package that a file belongs to, the innermost one if they are nested; empty if none.
 */
function nameIn(file: string): string {
  const name = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? '';
  return name.replaceAll('\\', '/');
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

/** Replaces native addons by code that throws, which packages with an optional addon catch. */
export function addonPlugin(): Plugin {
  return {
    name: 'addons',
    setup({ onLoad }) {
      onLoad({ filter: /\.node$/ }, () => {
        return { contents: 'throw new Error("native addons are not loaded under simulation");', loader: 'js' };
      });
    },
  };
}
