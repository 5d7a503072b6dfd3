/**
 * Bundles one version of a system: its own modules to one text, its packages to another.
 *
 * An entry that exports `start` is called by each process. Any other entry is a main module: it is
 * run as `node server.ts` runs it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceEdit } from '../system/image.ts';
import { awaitingFiles, orLoadError } from './bundle-failure.ts';
import { bundleModules, type BundleModulesOptions, type ModulesBundle } from './bundle-modules.ts';
import { bundlePackages, importersOf, withImporters, type Importers, type PackagesBundle } from './bundle-packages.ts';
import { LoadError, VariantError } from './errors.ts';
import { withoutWrapping, type TextForm } from './outside-modules.ts';
import { nameIn } from './package-name.ts';
import { relativeTo, rootOf, simulatedPath, specifierOf } from './project-root.ts';
import { withWatchedState } from './state/watched-state.ts';
import { applyEdits } from './variants.ts';
import { withWatchedArrays } from './watched-arrays.ts';

export interface VersionOptions {
  /** Absolute, or relative to the working directory. */
  readonly scenarioFile: string;
  /** The export to call: by default `start`, unless the entry lacks it and so is a main module. */
  readonly start?: string | undefined;
  readonly stateless?: boolean | undefined;
  /**
   * Packages with module state. They are evaluated for each process, as are the packages that
   * import them.
   */
  readonly statefulPackages?: readonly string[] | undefined;
  /**
   * The part of the simulator that scenarios use. Imports of the package `seedstorm`, installed or
   * not, and of the index in the same folder resolve to it.
   */
  readonly simulatorEntry?: string | undefined;
  /** Make source maps of all texts. The texts are the same without. */
  readonly sourceMaps?: boolean | undefined;
  /** Let the simulator see the state of the system's own modules. The texts differ then. */
  readonly watchState?: boolean | undefined;
  /** Kept between bundles of one scenario, which share what does not depend on edits. */
  readonly shared: SharedByBundles;
}

/** What several bundles of one scenario have in common. Each part is made on first use. */
export interface SharedByBundles {
  /** By absolute path of an entry. */
  readonly unmodified: Map<string, Promise<ModulesBundle>>;
  /** By absolute path of an entry. */
  readonly importers: Map<string, Promise<Importers>>;
  /** By all arguments of `bundlePackages`. */
  readonly packages: Map<string, Promise<PackagesBundle>>;
  /** By absolute path and text of a file: the text with watched arrays. */
  readonly watched: Map<string, string>;
}

export function sharedByBundles(): SharedByBundles {
  return { unmodified: new Map(), importers: new Map(), packages: new Map(), watched: new Map() };
}

export interface Version {
  readonly entry: string;
  readonly edits: readonly SourceEdit[];
  /** Applied after `edits`, if all of them fit. */
  readonly editsWhereTheyFit?: readonly SourceEdit[] | undefined;
}

/** One version of a system. */
export interface VersionTexts {
  readonly systemCode: string;
  readonly packagesCode: string;
  /** The source maps of both texts; null if there are none. */
  readonly systemMap: string | null;
  readonly packagesMap: string | null;
  /** The form of `systemCode`. */
  readonly form: TextForm;
  /** The path of the main module, as processes see it; null if the entry exports `start`. */
  readonly main: string | null;
}

export interface BundledVersion {
  readonly texts: VersionTexts;
  readonly importers: Importers;
  /** The names of the packages that are evaluated for each process. */
  readonly statefulPackages: ReadonlySet<string>;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Absolute paths of the packages that may look for their own files. */
  readonly foldersWithPaths: readonly string[];
}

/** A version whose form is known and whose sources are edited. */
interface Own extends Pick<
  BundleModulesOptions,
  'workingFolder' | 'edited' | 'shown' | 'simulatorEntry' | 'sourceMaps'
> {
  readonly entry: string;
  /** The export to call; null for a main module. */
  readonly start: string | null;
  readonly shared: SharedByBundles;
}

/** Throws LoadError, or VariantError if an edit does not fit. */
export async function bundleVersion(version: Version, options: VersionOptions): Promise<BundledVersion> {
  const scenarioFile = path.resolve(options.scenarioFile);
  const workingFolder = rootOf(scenarioFile);
  const entry = path.resolve(path.dirname(scenarioFile), version.entry);
  const { simulatorEntry, sourceMaps, shared } = options;
  // Only a bundle tells which files are the system's own, and what its entry exports.
  const unmodified = await orLoadError(
    once(shared.unmodified, entry, () =>
      bundleModules({
        contents: `export * from ${specifierOf(workingFolder, entry)};`,
        workingFolder,
        form: 'async',
        asNodeDoes: true,
        inside: () => false,
        simulatorEntry,
      }),
    ),
  );
  const isStart = options.start !== undefined || (await exportsStart(unmodified, workingFolder, entry));
  const start = isStart ? (options.start ?? 'start') : null;
  if (start === null && options.stateless === true) throw notStateless(version.entry, 'is a main module');
  const shown = await editedSources(unmodified, workingFolder, path.dirname(scenarioFile), version);
  const edited = await withWatched(unmodified, workingFolder, shown, options);
  const own: Own = { workingFolder, simulatorEntry, entry, start, edited, shown, sourceMaps, shared };
  const importersInAll = (): Promise<Importers> =>
    once(shared.importers, entry, () => importersOf(workingFolder, unmodified.packages));
  const stateful = await orLoadError(statefulIn(importersInAll, options.statefulPackages));
  const { system, form, packages } = await orLoadError(bundleTexts(own, stateful));
  if (form === 'async' && options.stateless === true) throw notStateless(version.entry, 'awaits at top level');
  const names = new Set(system.packages.map(({ name }) => name));
  return {
    texts: {
      systemCode: withoutWrapping(system.code, names, packages.esModules),
      packagesCode: packages.code,
      systemMap: system.map,
      packagesMap: packages.map,
      form,
      main: start === null ? simulatedPath(workingFolder, entry) : null,
    },
    importers: packages.importers,
    statefulPackages: stateful,
    files: system.files.map((file) => path.resolve(workingFolder, file)),
    foldersWithPaths: [...system.foldersWithPaths, ...packages.foldersWithPaths],
  };
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function notStateless(entry: string, reason: string): LoadError {
  return new LoadError(`${entry} ${reason}, so each process has to evaluate it; remove system.stateless`);
}

async function exportsStart(
  { exports, commonJsFiles }: ModulesBundle,
  workingFolder: string,
  entry: string,
): Promise<boolean> {
  if (!commonJsFiles.has(relativeTo(workingFolder, entry))) return exports.includes('start');
  // Nothing lists the exports of a CommonJS module before it runs.
  const text = await readFile(entry, 'utf8');
  return /\bexports\s*(?:\.\s*|\[\s*["']|,\s*["'])start\b|\bmodule\.exports\s*=\s*\{[^}]*\bstart\b/.test(text);
}

/** Packages to evaluate for each process. An importer would keep the first instance of one. */
async function statefulIn(
  importersInAll: () => Promise<Importers>,
  names: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const importers = await importersInAll();
  const known = names.filter((name) => importers.has(name));
  return withImporters(known, importers);
}

interface Texts {
  readonly system: ModulesBundle;
  readonly form: TextForm;
  readonly packages: Awaited<ReturnType<typeof bundlePackages>>;
}

/** Packages that await at top level, and their importers, join the text of the system. */
async function bundleTexts(own: Own, inside: ReadonlySet<string>): Promise<Texts> {
  const { system, form } = await bundleOwn(own, inside);
  try {
    return { system, form, packages: await bundleItsPackages(own, system) };
  } catch (error) {
    const awaiting = awaitingFiles(error).map(nameIn);
    if (awaiting.length === 0) throw error;
    const importers = await importersOf(own.workingFolder, (await bundleOwn(own, new Set())).system.packages);
    return await bundleTexts(own, withImporters([...inside, ...awaiting], importers));
  }
}

/** Variants and the other version mostly have the same packages, whose text takes longest. */
function bundleItsPackages({ workingFolder, sourceMaps, shared }: Own, { packages }: ModulesBundle) {
  const key = JSON.stringify([workingFolder, packages, sourceMaps]);
  return once(shared.packages, key, () => bundlePackages(workingFolder, packages, sourceMaps));
}

/** A main module needs the async form; so does a module with top-level await. */
async function bundleOwn(own: Own, names: ReadonlySet<string>): Promise<Pick<Texts, 'system' | 'form'>> {
  const { workingFolder, entry, start, edited, shown, simulatorEntry, sourceMaps } = own;
  const specifier = specifierOf(workingFolder, entry);
  const inside = (name: string): boolean => names.has(name);
  const shared = { workingFolder, edited, shown, simulatorEntry, sourceMaps, inside, nativeTables: names.size > 0 };
  if (start === null) {
    const contents = `import ${specifier};`;
    const options = { ...shared, contents, form: 'async', main: entry, asNodeDoes: true } as const;
    return { form: 'async', system: await bundleModules(options) };
  }
  const name = JSON.stringify(start);
  try {
    const contents = `export { ${name} as start } from ${specifier};`;
    return { form: 'sync', system: await bundleModules({ ...shared, contents, form: 'sync' }) };
  } catch (error) {
    if (awaitingFiles(error).length === 0) throw error;
    const contents = `import { ${name} as start } from ${specifier}; module.exports = { start };`;
    return { form: 'async', system: await bundleModules({ ...shared, contents, form: 'async' }) };
  }
}

/** The texts of all files that differ from the source: edited, or with something to watch. */
async function withWatched(
  { files }: ModulesBundle,
  workingFolder: string,
  edited: ReadonlyMap<string, string>,
  { watchState = false, shared }: VersionOptions,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map(edited);
  for (const file of files) {
    const absolute = path.resolve(workingFolder, file);
    const text = edited.get(absolute) ?? (await readFile(absolute, 'utf8'));
    const withArrays = once(shared.watched, `${absolute}\0${text}`, () => withWatchedArrays(absolute, text));
    const watched = watchState ? withWatchedState(absolute, withArrays, file) : withArrays;
    if (watched !== text) texts.set(absolute, watched);
  }
  return texts;
}

/** The edited files, by absolute path. */
async function editedSources(
  { files }: ModulesBundle,
  workingFolder: string,
  folder: string,
  { edits, editsWhereTheyFit = [] }: Version,
): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  if (edits.length === 0 && editsWhereTheyFit.length === 0) return sources;
  for (const file of files) {
    const absolute = path.resolve(workingFolder, file);
    sources.set(relativeTo(folder, absolute), await readFile(absolute, 'utf8'));
  }
  const changed = applyEdits(sources, edits);
  const changedMore = editedWhereItFits(new Map([...sources, ...changed]), editsWhereTheyFit);
  return new Map([...changed, ...changedMore].map(([file, text]) => [path.resolve(folder, file), text]));
}

/** Applies all edits or none, because a part of a variant would be a different variant. */
function editedWhereItFits(
  sources: ReadonlyMap<string, string>,
  edits: readonly SourceEdit[],
): ReadonlyMap<string, string> {
  try {
    return applyEdits(sources, edits);
  } catch (error) {
    if (error instanceof VariantError) return new Map();
    throw error;
  }
}
