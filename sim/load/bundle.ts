/**
 * Bundles a scenario and its system to texts. A system becomes two: its own modules, evaluated for
 * each process, and its packages, evaluated once for each worker. Its other version becomes two
 * more, and the scenario one. The result is data that can be passed as `workerData`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OtherVersion, SourceEdit } from '../system/image.ts';
import { isBuiltin } from '../ambient/builtins/names.ts';
import { LoadError, VariantError } from './errors.ts';
import { bundleModules, type ModulesBundle, type BundleModulesOptions } from './bundle-modules.ts';
import { bundlePackages, type PackagesBundle } from './bundle-packages.ts';
import { asLoadError } from './bundle-failure.ts';
import { applyEdits } from './variants.ts';

export interface ScenarioBundle {
  /** The name of the scenario's file, without folder and extension. */
  readonly name: string;
  readonly scenarioCode: string;
  /** The absolute paths of the bundled files, without those of packages. */
  readonly files: readonly string[];
}

/** One version of a system. */
export interface VersionTexts {
  readonly systemCode: string;
  readonly packagesCode: string;
}

export interface SystemBundle extends ScenarioBundle, VersionTexts {
  readonly otherVersion: VersionTexts | null;
  /**
   * The names of the bundled packages of both versions, without those that are evaluated for each
   * process. A package is listed before the packages that it imports.
   */
  readonly packages: readonly string[];
  /**
   * Hash of all texts: 16 hexadecimal digits. It does not depend on where the packages are
   * installed.
   */
  readonly codeHash: string;
}

export interface BundleSystemOptions {
  /**
   * The system's entry module, which exports `start`; absolute, or relative to the scenario's file.
   */
  readonly entry: string;
  /** Absolute, or relative to the working directory. */
  readonly scenarioFile: string;
  /**
   * The edits of a variant. They are applied to the other version too, if all of them fit there.
   */
  readonly edits?: readonly SourceEdit[] | undefined;
  /** The system's other version. */
  readonly otherVersion?: OtherVersion | undefined;
  /**
   * Packages with module state. They are evaluated for each process, as are the packages that
   * import them.
   */
  readonly statefulPackages?: readonly string[] | undefined;
  /** The result of `bundleScenario`, if the scenario has been bundled already. */
  readonly scenario?: ScenarioBundle | undefined;
  /**
   * The part of the simulator that scenarios use. Imports of the package `seedstorm`, installed or
   * not, and of the index in the same folder resolve to it.
   */
  readonly simulatorEntry?: string | undefined;
}

/** Bundles a scenario's module with its imports. Throws LoadError. */
export async function bundleScenario(scenarioFile: string, simulatorEntry?: string): Promise<ScenarioBundle> {
  const file = path.resolve(scenarioFile);
  const workingFolder = rootOf(file);
  const clients =
    simulatorEntry === undefined || !existsSync(clientsBeside(simulatorEntry))
      ? ''
      : `export { clientLibraries } from ${specifierOf(workingFolder, clientsBeside(simulatorEntry))};`;
  const contents = `export { default } from ${specifierOf(workingFolder, file)};\n${clients}`;
  const { code, files } = await orLoadError(
    bundleModules({ contents, workingFolder, inside: () => true, simulatorEntry }),
  );
  return {
    name: path.basename(file).replace(/\.[^.]*$/, ''),
    scenarioCode: code,
    files: files.map((one) => path.resolve(workingFolder, one)),
  };
}

/**
 * Bundles a system, with the variant applied, and its scenario. Throws LoadError, or VariantError
 * if an edit does not fit.
 */
export async function bundleSystem(options: BundleSystemOptions): Promise<SystemBundle> {
  const { entry, edits = [], otherVersion } = options;
  const other = { entry: otherVersion?.entry ?? entry, edits: otherVersion?.edits ?? [], editsWhereTheyFit: edits };
  const [scenario, system, otherSystem] = await Promise.all([
    options.scenario ?? bundleScenario(options.scenarioFile, options.simulatorEntry),
    bundleVersion({ entry, edits }, options),
    otherVersion === undefined ? null : inOtherVersion(bundleVersion(other, options)),
  ]);
  const versions = [system, ...(otherSystem === null ? [] : [otherSystem])];
  const texts = versions.flatMap(({ texts: { systemCode, packagesCode } }) => [systemCode, packagesCode]);
  const codeHash = hashOf([...texts.slice(0, 2), scenario.scenarioCode, ...texts.slice(2)]);
  const files = [...new Set([...scenario.files, ...versions.flatMap((version) => version.files)])];
  const packages = importersFirst(together(versions.map(({ importers }) => importers)));
  return { ...scenario, files, ...system.texts, otherVersion: otherSystem?.texts ?? null, packages, codeHash };
}

type Importers = PackagesBundle['importers'];

interface Version {
  readonly entry: string;
  readonly edits: readonly SourceEdit[];
  /** Applied after `edits`, if all of them fit. */
  readonly editsWhereTheyFit?: readonly SourceEdit[] | undefined;
}

interface BundledVersion {
  readonly texts: VersionTexts;
  readonly importers: Importers;
  readonly files: readonly string[];
}

async function bundleVersion(
  version: Version,
  { scenarioFile, statefulPackages, simulatorEntry }: BundleSystemOptions,
): Promise<BundledVersion> {
  const file = path.resolve(scenarioFile);
  const workingFolder = rootOf(file);
  const stateful = new Set(statefulPackages);
  const entry = path.resolve(path.dirname(file), version.entry);
  const own: BundleModulesOptions = {
    contents: `export { start } from ${specifierOf(workingFolder, entry)};`,
    workingFolder,
    inside: (name) => stateful.has(name),
    simulatorEntry,
  };
  if (stateful.size > 0) await orLoadError(addImporters(stateful, own));
  const { code, packages, files } = await orLoadError(bundleEdited(own, path.dirname(file), version));
  const { code: packagesCode, esModules, importers } = await orLoadError(bundlePackages(workingFolder, packages));
  return {
    texts: { systemCode: withoutWrapping(code, esModules), packagesCode },
    importers,
    files: files.map((one) => path.resolve(workingFolder, one)),
  };
}

/**
 * Adds the packages that import one that is evaluated for each process: they would keep the first
 * instance of it.
 */
async function addImporters(stateful: Set<string>, own: BundleModulesOptions): Promise<void> {
  const { packages } = await bundleModules({ ...own, inside: () => false });
  const { importers } = await bundlePackages(own.workingFolder, packages);
  for (const name of withImporters(stateful, importers)) stateful.add(name);
}

function withImporters(names: Iterable<string>, importers: Importers): ReadonlySet<string> {
  const all = new Set(names);
  // The loop also visits the names that it adds.
  for (const name of all) for (const importer of importers.get(name) ?? []) all.add(importer);
  return all;
}

/** The importers of each package in any version; versions may have different packages. */
function together(versions: readonly Importers[]): Importers {
  const all = new Map<string, Set<string>>();
  for (const [name, importers] of versions.flatMap((version) => [...version]))
    all.set(name, new Set([...(all.get(name) ?? []), ...importers]));
  return all;
}

function importersFirst(importers: Importers): readonly string[] {
  const size = new Map([...importers.keys()].map((name) => [name, withImporters([name], importers).size]));
  return [...importers.keys()].sort((a, b) => (size.get(a) ?? 0) - (size.get(b) ?? 0) || (a < b ? -1 : 1));
}

/** Bundles the unmodified system first, because only its bundle tells which files are its own. */
async function bundleEdited(
  own: BundleModulesOptions,
  folder: string,
  { edits, editsWhereTheyFit = [] }: Version,
): Promise<ModulesBundle> {
  const unmodified = await bundleModules(own);
  if (edits.length === 0 && editsWhereTheyFit.length === 0) return unmodified;
  const sources = new Map<string, string>();
  for (const file of unmodified.files) {
    const absolute = path.resolve(own.workingFolder, file);
    sources.set(path.relative(folder, absolute).replaceAll('\\', '/'), await readFile(absolute, 'utf8'));
  }
  const changed = applyEdits(sources, edits);
  const changedMore = editedWhereItFits(new Map([...sources, ...changed]), editsWhereTheyFit);
  const edited = [...changed, ...changedMore].map(([file, text]) => [path.resolve(folder, file), text] as const);
  return edited.length === 0 ? unmodified : bundleModules({ ...own, edited: new Map(edited) });
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

/** Adds to an error that it concerns the other version. */
async function inOtherVersion<T>(bundling: Promise<T>): Promise<T> {
  try {
    return await bundling;
  } catch (error) {
    if (error instanceof VariantError) throw new VariantError(`the other version: ${error.message}`);
    if (error instanceof LoadError) throw new LoadError(`the other version: ${error.message}`);
    throw error;
  }
}

/**
 * Replaces esbuild's wrappers around external modules. A wrapper would copy all names of a CommonJS
 * module for each process, so a namespace that is made once is used instead. An ES module is used
 * directly, so that its default export is not nested in another one.
 */
function withoutWrapping(code: string, esModules: ReadonlySet<string>): string {
  return code.replaceAll(/__toESM\(require\("([^"]+)"\)(, 1)?\)/g, (whole, name: string, asNodeDoes?: string) => {
    if (esModules.has(name)) return `require("${name}")`;
    return isBuiltin(name) || asNodeDoes !== undefined ? `require.namespace("${name}")` : whole;
  });
}

/** Hash of the texts without the folders of packages, which esbuild writes into comments. */
function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts)
    hash.update(`${text.replaceAll(/(?:\.\.\/)+(?:[^\s"'/]+\/)*?node_modules\//g, 'node_modules/')}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** The nearest folder with a package.json, or the folder of the file. */
function rootOf(file: string): string {
  if (!existsSync(file)) throw new LoadError(`${file}: no such file`);
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
  return path.dirname(file);
}

/** The client libraries are in the folder of the simulator's other entries. */
function clientsBeside(simulatorEntry: string): string {
  return path.join(path.dirname(simulatorEntry), `clients${path.extname(simulatorEntry)}`);
}

function specifierOf(workingFolder: string, file: string): string {
  return JSON.stringify(`./${path.relative(workingFolder, file).replaceAll('\\', '/')}`);
}

async function orLoadError<T>(bundling: Promise<T>): Promise<T> {
  try {
    return await bundling;
  } catch (error) {
    throw asLoadError(error);
  }
}
