/**
 * `require` of a name that a package computes: `require(name)`, `eval("require")("ioredis")`. A
 * bundle has no modules to look up at run time, so it must contain the modules that may be meant.
 * These are the installed packages that the same file names in a string. Any other name fails when
 * it is reached, as an absent module does.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { isBuiltin } from '../../ambient/builtins/names.ts';
import { nameIn } from '../package-name.ts';
import { LOADERS, NATIVE_NAMES } from '../text/native-tables.ts';
import { isInPackage, packageOf } from '../project-root.ts';

/** The function that is `require` in such a file. */
const CHOICE = '__seedstormRequire';

/**
 * In esbuild's output: a call without a literal, `require` as a value, or any evaluated text. Texts
 * such as `typeof require === "function"` are common and mean nothing.
 */
const COMPUTED = /(?<![\w$.])(?:(?:__)?require(?:\((?!["'`])|\s*(?:[;,)\]}:?]|$))|eval\()/;
/** The folder in `require('./parsers/' + name)`. */
const IN_FOLDER = /\brequire\(\s*["'`](\.{1,2}\/(?:[\w.-]+\/)+)(?:["']\s*\+|\$\{)/g;
const BARE_NAME = /(["'`])((?:@[\w.~-]+\/)?[\w~][\w.~-]*(?:\/[\w.~/-]+)?)\1/g;

/** Absolute paths of files of packages, with the specifiers that each may require. */
export type ComputedRequires = ReadonlyMap<string, readonly string[]>;

export function computedRequiresIn(code: string, { inputs }: Metafile, workingFolder: string): ComputedRequires {
  const found = new Map<string, readonly string[]>();
  if (!COMPUTED.test(code)) return found;
  let file = '';
  let isPackage = false;
  for (const line of code.split('\n')) {
    const name = line.startsWith('// ') ? line.slice('// '.length) : '';
    if (Object.hasOwn(inputs, name)) {
      file = name;
      isPackage = isInPackage(file);
    }
    if (!isPackage || !COMPUTED.test(line)) continue;
    const absolute = path.resolve(workingFolder, file);
    if (found.has(absolute) || LOADERS[path.extname(absolute)] !== 'js') continue;
    const imported = (inputs[file]?.imports ?? []).flatMap(({ original, external = false }) =>
      original === undefined || external ? [] : [original],
    );
    const named = namedIn(absolute).filter((specifier) => !imported.includes(specifier));
    found.set(absolute, named.length === 0 ? [] : [...new Set([...imported, ...named])]);
  }
  return new Map([...found].filter(([, specifiers]) => specifiers.length > 0));
}

/** Installed packages that a file names in a string, and the files of folders that it names. */
function namedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const folder = path.dirname(file);
  const own = nameIn(file);
  const packages = [...text.matchAll(BARE_NAME)].flatMap(([, , name = '']) => {
    const wanted = packageOf(name);
    return wanted !== own && !isBuiltin(name) && isInstalled(wanted, folder) ? [name] : [];
  });
  return [...packages, ...[...text.matchAll(IN_FOLDER)].flatMap(([, inside = '']) => modulesIn(folder, inside))];
}

/** `./parsers/json.js` and `./parsers/json`, by which Node finds it too. */
function modulesIn(folder: string, inside: string): string[] {
  const names = existsSync(path.join(folder, inside)) ? readdirSync(path.join(folder, inside)) : [];
  return names.flatMap((name) => {
    if (existsSync(path.join(folder, inside, name, 'index.js'))) return [`${inside}${name}`];
    return /\.(?:c?js|json)$/.test(name) ? [`${inside}${name}`, `${inside}${name.replace(/\.js(?:on)?$/, '')}`] : [];
  });
}

function isInstalled(name: string, folder: string): boolean {
  if (existsSync(path.join(folder, 'node_modules', name, 'package.json'))) return true;
  const parent = path.dirname(folder);
  return parent !== folder && isInstalled(name, parent);
}

/** Adds the modules to the files. */
export function computedRequiresPlugin(found: ComputedRequires): Plugin {
  return {
    name: 'computed requires',
    setup({ onLoad, esbuild }) {
      onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/, namespace: 'file' }, async ({ path: file }) => {
        const specifiers = found.get(file);
        if (specifiers === undefined) return undefined;
        const text = readFileSync(file, 'utf8');
        const { code } = await esbuild.transform(text, { loader: 'js', define: NATIVE_NAMES });
        return { contents: withChoice(code, specifiers), loader: 'js' };
      });
    },
  };
}

/** A parameter is what `require` means in evaluated text too. */
function withChoice(code: string, specifiers: readonly string[]): string {
  const names = specifiers.map((specifier) => JSON.stringify(specifier));
  const cases = names.map((name) => `case ${name}: return require(${name});`);
  return `(function (require) {${code}
}).call(this, Object.setPrototypeOf(${CHOICE}, require));
function ${CHOICE}(name) { switch (name) { ${cases.join(' ')} default: return require(name); } }
`;
}
