/**
 * The variables that Node gives each module: `import.meta`, `__filename`, `__dirname`,
 * `require.main` and `module.parent`. Files share one scope in a bundle. So esbuild replaces these
 * names, and a line in front of each file that uses them declares the replacements.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { simulatedPath } from './project-root.ts';

/** Replacements, for esbuild's option `define`. It leaves variables of the same name alone. */
export const MODULE_VARIABLES = {
  'import.meta': '__importMeta',
  __filename: '__moduleFile',
  __dirname: '__moduleFolder',
  'require.main': '__requireMain',
  'module.parent': '__moduleParent',
} as const;

/**
 * Names that a bundle may leave undeclared, because only its entry declares them. `compile` passes
 * their values.
 */
export const UNDECLARED_VARIABLES = ['__requireMain', '__moduleParent', '__resolveImport'] as const;

export interface ModuleVariablesOptions {
  readonly workingFolder: string;
  /** Texts that replace the contents of files, by absolute path. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
  /** The absolute path of the main module, if there is one. */
  readonly main?: string | undefined;
}

/** Declares the variables in each file that uses them, and replaces edited files. */
export function moduleVariablesPlugin({ workingFolder, edited, main }: ModuleVariablesOptions): Plugin {
  return {
    name: 'module variables',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path: file }) => {
        const text = edited?.get(file) ?? (await readFile(file, 'utf8'));
        const contents = declaring(text, simulatedPath(workingFolder, file), file === main);
        if (contents === text && edited?.has(file) !== true) return undefined;
        return { contents, loader: 'default', resolveDir: path.dirname(file) };
      });
    },
  };
}

/** The text with declarations, in the same lines. */
function declaring(text: string, file: string, isMain: boolean): string {
  const uses = (pattern: RegExp): boolean => pattern.test(text);
  const declared: string[] = [];
  if (uses(/\bimport\s*\.\s*meta\b/)) declared.push(`__importMeta = ${importMetaOf(file, isMain)}`);
  if (uses(/\b__filename\b/)) declared.push(`__moduleFile = ${JSON.stringify(file)}`);
  if (uses(/\b__dirname\b/)) declared.push(`__moduleFolder = ${JSON.stringify(path.posix.dirname(file))}`);
  // All other files share the value that `compile` passes, which is not their `module`.
  if (isMain && uses(/\brequire\b[^\w$]{1,5}main\b/)) declared.push('__requireMain = module');
  const usesParent = uses(/\bmodule\b[^\w$]{1,5}parent\b/);
  if (isMain && usesParent) declared.push('__moduleParent = null');
  // esbuild replaces the name only in ES modules.
  const parent = usesParent ? 'module.parent = __moduleParent; ' : '';
  if (declared.length === 0 && parent === '') return text;
  const before = /^\uFEFF?(?:#!.*)?\n?/.exec(text)?.[0] ?? '';
  const after = text.slice(before.length);
  // A directive has no effect behind a declaration.
  const directive = /^(?:\s|;|\/\/.*|\/\*[\s\S]*?\*\/)*(?:"use strict"|'use strict')/.test(after)
    ? '"use strict"; '
    : '';
  const variables = declared.length === 0 ? '' : `var ${declared.join(', ')}; `;
  return `${before}${directive}${variables}${parent}${after}`;
}

function importMetaOf(file: string, isMain: boolean): string {
  const { href } = pathToFileURL(file, { windows: false });
  const values = { url: href, filename: file, dirname: path.posix.dirname(file), main: isMain };
  return `{ ${Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')}, resolve: __resolveImport }`;
}
