/**
 * Built-ins and packages, which a text reaches through `require`.
 *
 * A text has one of two forms. `sync` is CommonJS, where they are external modules. `async` is the
 * body of an async function, because esbuild refuses top-level await in CommonJS. It is made from
 * an ES module, where an external module would leave an `import` statement. So each is a virtual
 * module there, which calls `require`.
 */
import type { Metafile, OnResolveResult, Plugin } from 'esbuild';

export type TextForm = 'sync' | 'async';

const NAMESPACE = 'outside';

/** The end keeps a name like `socket.io` from looking like a file in esbuild's comments. */
const END = '/';

/** The result of resolving a module that stays outside of the text. */
export function outside(name: string, form: TextForm): OnResolveResult {
  return form === 'sync' ? { path: name, external: true } : { path: `${name}${END}`, namespace: NAMESPACE };
}

/** Supplies the virtual modules. */
export function outsidePlugin(): Plugin {
  return {
    name: 'outside modules',
    setup({ onResolve, onLoad }) {
      // The `require` in a virtual module itself.
      onResolve({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path.slice(0, -END.length))});`,
        loader: 'js',
      }));
    },
  };
}

/**
 * The modules that static imports reach from `entry`. Node evaluates them before the code of the
 * entry.
 */
export function eagerModules({ inputs }: Metafile, entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  // The loop also visits the modules that it adds.
  for (const module of reached)
    for (const { path, kind } of inputs[module]?.imports ?? []) if (kind === 'import-statement') reached.add(path);
  return new Set([...reached].map(nameOf));
}

function nameOf(module: string): string {
  return module.startsWith(`${NAMESPACE}:`) ? module.slice(`${NAMESPACE}:`.length, -END.length) : module;
}

/**
 * Replaces esbuild's wrappers around modules that stay outside. A wrapper would copy all names of a
 * CommonJS module for each process, so a namespace that is made once is used instead. An ES module
 * is used directly, so that its default export is not nested in another one. An `import()` of a
 * computed name gets a namespace too.
 *
 * `packages` has the names of all packages, `esModules` those of the ones that are ES modules.
 */
export function withoutWrapping(code: string, packages: ReadonlySet<string>, esModules: ReadonlySet<string>): string {
  const virtual = new Map(
    [...code.matchAll(/var (require_[\w$]+) = __commonJS\(\{\s+"outside:([^"]+)\/"\(/g)].map(
      ([, variable = '', name = '']) => [variable, name],
    ),
  );
  const unwrapped = (whole: string, name: string, asNodeDoes: string | undefined): string => {
    if (esModules.has(name)) return `require("${name}")`;
    // Code that was compiled from ES modules may expect the `default` of a package as its default.
    return packages.has(name) && asNodeDoes === undefined ? whole : `require.namespace("${name}")`;
  };
  return code
    .replaceAll(/__toESM\((?:__)?require\("([^"]+)"\)(, 1)?\)/g, unwrapped)
    .replaceAll(/__toESM\((require_[\w$]+)\(\)(, 1)?\)/g, (whole, variable: string, asNodeDoes?: string) => {
      const name = virtual.get(variable);
      return name === undefined ? whole : unwrapped(whole, name, asNodeDoes);
    })
    .replaceAll(/__toESM\((?:__)?require\((?!")/g, 'require.namespace((');
}

/**
 * Makes `import()` in a text of packages fail as in Node. Only absent modules and built-ins are
 * outside of it.
 */
export function withImportCalls(packagesCode: string): string {
  return packagesCode.replaceAll(/\.then\(\(\) => __toESM\(require\(/g, '.then(() => require.namespace((');
}
