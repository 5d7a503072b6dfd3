/**
 * The variables that Node gives each module: `import.meta`, `__filename`, `__dirname`, and what
 * main guards compare. Files share one scope in a bundle. So esbuild replaces the first three by
 * names of ours, and the finished text gets the values of each file in their place.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { folderOfPackage } from '../package-name.ts';
import { simulatedPath } from '../project-root.ts';

/** For esbuild's option `define`. It leaves variables of the same name alone. */
export const MODULE_VARIABLES = {
  'import.meta': '__seedstormMeta',
  __filename: '__seedstormFile',
  __dirname: '__seedstormFolder',
} as const;

const PATHS = /__seedstorm(?:Meta|File|Folder)\b/;
const USED = /__seedstorm(?:Meta|File|Folder)\b|require\.main\b|!module\d*\.parent\b/;

/**
 * `main` is the absolute path of the main module, if there is one. esbuild writes a comment with
 * the path of each file in front of its code.
 */
export function withModuleVariables(code: string, { inputs }: Metafile, workingFolder: string, main?: string): string {
  if (!USED.test(code)) return code;
  let replace = (line: string): string => line;
  const lines = code.split('\n').map((line) => {
    const file = line.startsWith('// ') ? line.slice('// '.length) : '';
    if (Object.hasOwn(inputs, file)) {
      const absolute = path.resolve(workingFolder, file);
      const variable = inputs[file]?.format === 'cjs' ? moduleVariableOf(file, code) : 'module';
      const replacePaths = replacingPaths(simulatedPath(workingFolder, absolute), absolute === main);
      replace = (used) => replacingGuards(replacePaths(used), variable, absolute === main);
      return line;
    }
    return USED.test(line) ? replace(line) : line;
  });
  return lines.join('\n');
}

/** The folders of the packages whose code uses its own path, with which it can find its files. */
export function packagesWithPaths(code: string, { inputs }: Metafile, workingFolder: string): ReadonlySet<string> {
  const folders = new Set<string>();
  if (!PATHS.test(code)) return folders;
  let folder: string | null = null;
  for (const line of code.split('\n')) {
    const file = line.startsWith('// ') ? line.slice('// '.length) : '';
    if (Object.hasOwn(inputs, file)) folder = folderOfPackage(path.resolve(workingFolder, file));
    else if (folder !== null && PATHS.test(line)) folders.add(folder);
  }
  return folders;
}

function replacingPaths(file: string, isMain: boolean): (line: string) => string {
  const folder = JSON.stringify(path.posix.dirname(file));
  const members = {
    url: JSON.stringify(pathToFileURL(file, { windows: false }).href),
    filename: JSON.stringify(file),
    dirname: folder,
    main: String(isMain),
    resolve: 'require.resolveImport',
  } as const;
  const entries = Object.entries(members).map(([name, value]) => `${name}: ${value}`);
  return (line) =>
    line
      .replaceAll(/__seedstormMeta\b(?:\.(url|filename|dirname|main|resolve)\b)?/g, (_, name?: keyof typeof members) =>
        name === undefined ? `({ ${entries.join(', ')} })` : members[name],
      )
      .replaceAll(/__seedstormFile\b/g, () => members.filename)
      .replaceAll(/__seedstormFolder\b/g, () => folder);
}

/**
 * `require.main === module` has to hold in the main module only, and `!module.parent` too. In all
 * other files `require.main` is an object that no file has as its `module`.
 */
function replacingGuards(line: string, variable: string | null, isMain: boolean): string {
  if (variable === null) return line;
  if (isMain) return line.replaceAll(/\b(?:__)?require\.main\b/g, variable);
  return line.replaceAll(`!${variable}.parent`, '!require.main');
}

/** The name of `module` in a CommonJS file, from esbuild's wrapper; null if the file has no use. */
function moduleVariableOf(file: string, code: string): string | null {
  const name = JSON.stringify(file);
  const at = code.indexOf(`${name}(`);
  return (
    (at < 0 ? null : /^\(exports\d*, (module\d*)\)/.exec(code.slice(at + name.length, at + name.length + 50))?.[1]) ??
    null
  );
}
