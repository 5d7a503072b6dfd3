// @ts-check
/**
 * Runs a TypeScript entry of this repository: `node sim/start.js [--entry file.ts] arguments…`. The
 * default entry is the command line. Node 20 cannot run TypeScript, so esbuild bundles the entry
 * first. Bundles are cached under a hash of everything that goes into them.
 *
 * A bundle is one flat folder: `main.js` (the entry), `worker.js` and `index.js` (if their sources
 * exist) and the chunks that they share. So `new URL('./worker.js', import.meta.url)` finds the
 * worker from every chunk. Bundled code gets two constants, which it must test with `typeof`,
 * because unbundled code lacks them: `SEEDSTORM_ROOT`, the folder of the repository, and
 * `SEEDSTORM_SOURCE_HASH`, a hash of all sources of sim in 16 hexadecimal digits.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hashOf, simulatorHashOf, sourcesBelow } from './project/source-hash.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cache = path.join(root, 'node_modules', '.cache', 'seedstorm');
const folders = ['core', 'sim', 'properties', 'bench'];
const buildsKept = 16;
const hourMs = 3_600_000;
/** Exit code of an internal error. */
const internalError = 70;

/** @param {string} entry */
function entriesWith(entry) {
  /** @type {Record<string, string>} */
  const entries = { main: entry };
  for (const [name, file] of /** @type {const} */ ([
    ['worker', 'sim/cli/worker.ts'],
    ['index', 'sim/index.ts'],
  ])) {
    if (existsSync(path.join(root, file))) entries[name] = path.join(root, file);
  }
  return entries;
}

/** @param {Record<string, string>} entries */
function keyOf(entries) {
  const files = folders.flatMap((folder) => sourcesBelow(path.join(root, folder)));
  for (const entry of Object.values(entries)) {
    if (!files.includes(entry)) files.push(...sourcesBelow(path.dirname(entry)));
  }
  for (const file of [
    'sim/start.js',
    'sim/project/source-hash.js',
    'tsconfig.json',
    'node_modules/esbuild/package.json',
  ]) {
    files.push(path.join(root, file));
  }
  return hashOf(root, files, [root, ...Object.entries(entries).flat()]);
}

/**
 * Builds into a draft and renames it, so that no other process sees an incomplete build.
 * @param {Record<string, string>} entries
 * @param {string} target
 */
async function build(entries, target) {
  const { build: bundle } = await import('esbuild');
  const draft = path.join(cache, `draft-${process.pid}-${Date.now()}`);
  mkdirSync(cache, { recursive: true });
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: entries,
      outdir: draft,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      define: {
        SEEDSTORM_ROOT: JSON.stringify(root),
        SEEDSTORM_SOURCE_HASH: JSON.stringify(simulatorHashOf(root)),
      },
    });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process may have finished first: its build has the same key and so the same content.
    if (!existsSync(path.join(target, 'main.js'))) throw error;
  }
}

/**
 * Deletes builds that were not used within the last hour, except the newest ones, and drafts of
 * dead processes.
 */
function prune() {
  const builds = readdirSync(cache)
    .map((name) => {
      const folder = path.join(cache, name);
      return {
        folder,
        draft: name.startsWith('draft-'),
        usedMs: statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0,
      };
    })
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const [index, { folder, draft, usedMs }] of builds.entries()) {
    if (Date.now() - usedMs > hourMs && (draft || index >= buildsKept))
      rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The error of a build in one line: the first error and the number of others.
 * @param {unknown} error
 */
function inOneLine(error) {
  const errors = /** @type {Partial<import('esbuild').BuildFailure>} */ (error).errors;
  const first = errors?.[0];
  if (!first) return error instanceof Error ? error.message : String(error);
  const { file, line, column } = first.location ?? {};
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${file ? `${file}:${line}:${(column ?? 0) + 1}: ` : ''}${first.text}${more}`;
}

/**
 * Builds an entry and returns the file to import. If the build fails, prints why and returns
 * undefined.
 * @param {string} entry
 */
async function prepare(entry) {
  try {
    const entries = entriesWith(entry);
    const target = path.join(cache, keyOf(entries));
    const main = path.join(target, 'main.js');
    if (existsSync(main)) {
      const now = new Date();
      utimesSync(target, now, now);
    } else {
      await build(entries, target);
      prune();
    }
    return main;
  } catch (error) {
    console.error(`seedstorm: cannot build ${path.relative(root, entry)}: ${inOneLine(error)}`);
    process.exitCode = internalError;
    return undefined;
  }
}

const parameters = process.argv.slice(2);
const hasEntry = parameters[0] === '--entry';
const main = await prepare(path.resolve(root, hasEntry ? (parameters[1] ?? '') : 'sim/cli/main.ts'));

if (main !== undefined) {
  process.argv = [process.execPath, main, ...parameters.slice(hasEntry ? 2 : 0)];
  process.setSourceMapsEnabled(true);
  try {
    await import(pathToFileURL(main).href);
  } catch (error) {
    console.error(error);
    process.exitCode = internalError;
  }
}
