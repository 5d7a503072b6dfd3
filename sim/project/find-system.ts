/** Finds a folder's system: a module that exports `start`, or the main that `npm start` runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { asksForMetadata } from './decorator-metadata.ts';

export interface FoundSystem {
  /** With `/`, relative to the folder. */
  readonly file: string;
  readonly kind: 'start' | 'main';
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const NOT_A_SYSTEM = /\.(?:test|spec|sim|config|d)\.[cm]?[jt]sx?$/;
const EXPORTS_START =
  /^export\s+(?:async\s+)?(?:function\*?|const|let|var)\s+start\b|^export\s*\{[^}]*\bstart\s*(?:,|\})/m;

/** The scripts of a package.json that usually start a server, the most usual one first. */
const SCRIPTS = ['start', 'dev', 'serve', 'start:prod'];
const FOLDERS = ['', 'src/'];
const NAMES = ['server', 'main', 'index', 'app'];
const ENDINGS = ['ts', 'mts', 'js', 'mjs', 'cjs'];
const BUILT = /^(?:\.\/)?(?:dist|build|out|lib)\//;
const LISTENS = /\.listen\s*\(|\bWebSocketServer\s*\(/;

/** Null if the folder has none. Throws the file system's error. */
export function findSystem(folder: string): FoundSystem | null {
  const isFile = (name: string): boolean => existsSync(path.join(folder, name));
  const textOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const sources = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name) && !NOT_A_SYSTEM.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const exporting = sources.find((name) => EXPORTS_START.test(textOf(name)));
  if (exporting !== undefined) return { file: exporting, kind: 'start' };
  const usual = FOLDERS.flatMap((at) => NAMES.flatMap((name) => ENDINGS.map((ending) => `${at}${name}.${ending}`)));
  // Such sources do not run without their compiler.
  const isBuilt = asksForMetadata(folder);
  const main =
    (isFile('package.json') ? startedBy(textOf('package.json'), isBuilt) : []).find(isFile) ??
    usual.find((name) => isFile(name) && LISTENS.test(textOf(name)));
  return main === undefined ? null : { file: main, kind: 'main' };
}

/**
 * The modules that scripts may start. Sources come before what is built from them, or are left out
 * if `isBuilt`.
 */
function startedBy(packageText: string, isBuilt: boolean): string[] {
  return SCRIPTS.flatMap((name) => scriptIn(packageText, name).split(/\s+/))
    .map((word) => (BUILT.test(word) && !SOURCE.test(word) ? `${word}.js` : word))
    .filter((word) => SOURCE.test(word))
    .map((file) => path.posix.normalize(file))
    .filter((file) => !file.startsWith('..') && !path.posix.isAbsolute(file) && !file.startsWith('node_modules/'))
    .flatMap((file) => (isBuilt ? [file] : [...sourcesOf(file), file]));
}

/** Empty if it is absent, or if the text is not valid: who changes the file says so. */
function scriptIn(packageText: string, name: string): string {
  try {
    const { scripts } = JSON.parse(packageText) as { scripts?: Record<string, unknown> };
    const script = scripts?.[name];
    return typeof script === 'string' ? script : '';
  } catch {
    return '';
  }
}

/** What `dist/server.js` may be built from: `src/server.ts` or `server.ts`. */
function sourcesOf(file: string): string[] {
  const [, inside] = /^(?:dist|build|out|lib)\/(.+)\.[cm]?js$/.exec(file) ?? [];
  return inside === undefined ? [] : [`src/${inside}.ts`, `src/${inside}.mts`, `${inside}.ts`, `${inside}.mts`];
}
