/**
 * `createRequire(import.meta.url)`: the modules that a file requires through it by a literal name
 * become part of its bundle, and are evaluated when they are reached.
 *
 * A file with such a call gets a table of these modules. It is in a virtual CommonJS module,
 * because a file often names its function `require`, and then esbuild sees no requests in it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildResult, Metafile, Plugin } from 'esbuild';
import { isBuiltin } from '../../ambient/builtins/names.ts';
import { type AbsentBuildOptions, buildWithAbsent } from './absent-modules.ts';

const NAMESPACE = 'required-by';
const CREATE = String.raw`(?:\w+\s*\.\s*)?\bcreateRequire\(\s*import\.meta\.(?:url|filename)\s*\)`;
const STRING = String.raw`\(\s*(["'\`])([^"'\`\n$]+)["'\`]\s*\)`;
const SOURCE = /\.[cm]?[jt]sx?$/;

/** A file with its replaced contents, and the table that these import. */
interface Creating {
  readonly contents: string;
  readonly table: string;
}

/**
 * Builds, with the modules that files require through `createRequire`. `edited` are texts that
 * replace the contents of files, by absolute path. Throws esbuild's errors.
 */
export async function buildWithCreated(
  options: AbsentBuildOptions,
  edited: ReadonlyMap<string, string> = new Map(),
): Promise<BuildResult<AbsentBuildOptions>> {
  const result = await buildWithAbsent(options);
  const { absWorkingDir: root } = options;
  const creating = new Map<string, Creating>();
  for (const name of filesThatImportModule(result.metafile)) {
    const file = path.resolve(root, name);
    const text = edited.get(file) ?? (await readFile(file, 'utf8'));
    const names = requiredIn(text).filter((specifier) => !isBuiltin(specifier));
    if (names.length > 0) creating.set(file, creatingFile(text, name, names));
  }
  if (creating.size === 0) return result;
  return await buildWithAbsent({ ...options, plugins: [createdPlugin(root, creating), ...options.plugins] });
}

/** Relative to the working folder. */
function filesThatImportModule({ inputs }: Metafile): readonly string[] {
  const isModule = ({ path }: { path: string }): boolean => /^(?:outside:)?(?:node:)?module\/?$/.test(path);
  return Object.keys(inputs).filter((file) => SOURCE.test(file) && inputs[file]?.imports.some(isModule));
}

function creatingFile(text: string, name: string, names: readonly string[]): Creating {
  // At the end, so that lines keep their numbers.
  const imported = `import __seedstormRequired from ${JSON.stringify(`${NAMESPACE}:${name}`)};`;
  const contents = `${text.replaceAll(new RegExp(CREATE, 'g'), '__seedstormRequired($&)')}\n${imported}`;
  return { contents, table: tableOf(names) };
}

function createdPlugin(root: string, creating: ReadonlyMap<string, Creating>): Plugin {
  return {
    name: 'created require',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^${NAMESPACE}:`) }, ({ path: name }) => ({
        path: name.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
      }));
      onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path: name }) => {
        const file = path.resolve(root, name);
        return { contents: creating.get(file)?.table ?? '', loader: 'js', resolveDir: path.dirname(file) };
      });
      onLoad({ filter: SOURCE, namespace: 'file' }, ({ path: file }) => {
        const contents = creating.get(file)?.contents;
        return contents === undefined ? undefined : { contents, loader: 'default', resolveDir: path.dirname(file) };
      });
    },
  };
}

/** The literal names that functions of `createRequire` are called with. */
function requiredIn(text: string): readonly string[] {
  const variables = [...text.matchAll(new RegExp(String.raw`([\w$]+)\s*=\s*${CREATE}`, 'g'))].map(
    ([, name = '']) => name,
  );
  const callees = [CREATE, ...variables.map((name) => String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}`)];
  const calls = callees.flatMap((callee) => [...text.matchAll(new RegExp(`${callee}\\s*${STRING}`, 'g'))]);
  return [...new Set(calls.map(([, , name = '']) => name))];
}

/** A module whose export adds the modules of a table to a function of `createRequire`. */
function tableOf(names: readonly string[]): string {
  const entries = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  return `const known = { ${entries.join(' ')} };
module.exports = (create) => Object.assign((name) => (Object.hasOwn(known, name) ? known[name]() : create(name)), create);`;
}
