/** Bundles the packages that a system imports, with their own dependencies inside, to one CommonJS text. */
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

/** A package as one of the system's files imports it. */
export interface PackageImport {
  /** How the system's bundled text asks for it. */
  readonly name: string;
  readonly specifier: string;
  /** Folder of the importing file: packages are resolved from there. */
  readonly folder: string;
}

export interface PackageText {
  /** Sets `module.exports` to an object of the packages' exports by name. */
  readonly code: string;
  /** Names of the packages that are ES modules: their exports need no wrapping for `import`. */
  readonly esModules: ReadonlySet<string>;
}

const NAMESPACE = 'package';

export async function bundlePackages(workingFolder: string, imports: readonly PackageImport[]): Promise<PackageText> {
  if (imports.length === 0) return { code: 'module.exports = {};\n', esModules: new Set() };
  const { outputFiles, metafile } = await build({
    ...bundleOptions(workingFolder),
    stdin: {
      contents: imports.map((_, index) => `export { all as p${index} } from "package:${index}.mjs";`).join('\n'),
      loader: 'js',
    },
    plugins: [packagePlugin(imports), addonPlugin()],
  });
  const esModules = new Set(imports.filter((_, index) => isEsModule(metafile, index)).map(({ name }) => name));
  // A CommonJS package is what it assigned to module.exports; the wrapper around it is esbuild's.
  const entries = imports.map(
    ({ name }, index) => `  ${JSON.stringify(name)}: p.p${index}${esModules.has(name) ? '' : '.default'},`,
  );
  return {
    code: `${outputFiles[0]?.text ?? ''}\n{ const p = module.exports; module.exports = {\n${entries.join('\n')}\n}; }\n`,
    esModules,
  };
}

/** One virtual module for each package, so that esbuild itself resolves it from the importer's folder. */
function packagePlugin(imports: readonly PackageImport[]): Plugin {
  return {
    name: 'packages',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^package:/ }, ({ path }) => ({ path: path.slice('package:'.length), namespace: NAMESPACE }));
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
        const wanted = imports[Number.parseInt(path, 10)]!;
        return {
          contents: `import * as all from ${JSON.stringify(wanted.specifier)};\nexport { all };`,
          loader: 'js',
          resolveDir: wanted.folder,
        };
      });
    },
  };
}

function isEsModule({ inputs }: Metafile, index: number): boolean {
  const resolved = inputs[`${NAMESPACE}:${index}.mjs`]?.imports[0]?.path;
  return resolved !== undefined && inputs[resolved]?.format === 'esm';
}

/** Native addons can't be bundled. Packages that can do without one try to load it and catch what is thrown. */
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
