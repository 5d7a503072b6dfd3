/**
 * Bundling: a system becomes two texts, its own modules (evaluated for each process) and its packages (evaluated once for each
 * worker), its other version two more, and a scenario another one. The result is plain data, fit for `workerData`.
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
  /** The scenario's file, without folder and ending. */
  readonly name: string;
  readonly scenarioCode: string;
  /** The files that it was made from, absolute; those of packages aside. */
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
   * The names of all packages inside, of both versions, but for those that are evaluated for each process; who imports another stands before
   * it.
   */
  readonly packages: readonly string[];
  /** Hash of all texts: 16 hexadecimal digits. The same wherever the packages are installed. */
  readonly codeHash: string;
}

export interface BundleSystemOptions {
  /** The system's entry module, which exports `start`; absolute, or relative to the scenario's file. */
  readonly entry: string;
  /** Absolute, or relative to the working directory. */
  readonly scenarioFile: string;
  /** A variant. The other version has it as well if all of them fit there, and is left without any of them otherwise. */
  readonly edits?: readonly SourceEdit[];
  /** The system's other version. */
  readonly otherVersion?: OtherVersion | undefined;
  /** Packages whose module state a process would lose: evaluated for each process with the system's own modules, and so are those that import them. */
  readonly statefulPackages?: readonly string[] | undefined;
  /** What `bundleScenario` returned, when that has been done already. */
  readonly scenario?: ScenarioBundle;
  /**
   * The part of the simulator that a scenario is written with. It stands for the package `seedstorm`, installed or not, and for the
   * index beside it.
   */
  readonly simulatorEntry?: string;
}

/** Bundles a scenario's module with all that it reaches. Throws LoadError. */
export async function bundleScenario(scenarioFile: string, simulatorEntry?: string): Promise<ScenarioBundle> {
  const file = path.resolve(scenarioFile);
  const workingFolder = rootOf(file);
  const contents = `export { default } from ${specifierOf(workingFolder, file)};`;
  const { code, files } = await orLoadError(
    bundleModules({ contents, workingFolder, inside: () => true, simulatorEntry }),
  );
  return {
    name: path.basename(file).replace(/\.[^.]*$/, ''),
    scenarioCode: code,
    files: files.map((one) => path.resolve(workingFolder, one)),
  };
}

/** Bundles a system, variant applied, and its scenario. Throws LoadError, or VariantError when an edit does not fit. */
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
  /** Applied after the others if all of them fit. */
  readonly editsWhereTheyFit?: readonly SourceEdit[];
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

/** Who imports a package that is evaluated for each process has to be evaluated with it: otherwise it would hold on to the first one. */
async function addImporters(stateful: Set<string>, own: BundleModulesOptions): Promise<void> {
  const { packages } = await bundleModules({ ...own, inside: () => false });
  const { importers } = await bundlePackages(own.workingFolder, packages);
  for (const name of withImporters(stateful, importers)) stateful.add(name);
}

function withImporters(names: Iterable<string>, importers: Importers): ReadonlySet<string> {
  const all = new Set(names);
  // A set that grows while it is walked is walked to its end.
  for (const name of all) for (const importer of importers.get(name) ?? []) all.add(importer);
  return all;
}

/** What imports what in any of the versions, which may have different packages. */
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

/** The clean system is bundled first, since only then it is known which files are its own. */
async function bundleEdited(
  own: BundleModulesOptions,
  folder: string,
  { edits, editsWhereTheyFit = [] }: Version,
): Promise<ModulesBundle> {
  const clean = await bundleModules(own);
  if (edits.length === 0 && editsWhereTheyFit.length === 0) return clean;
  const sources = new Map<string, string>();
  for (const file of clean.files) {
    const absolute = path.resolve(own.workingFolder, file);
    sources.set(path.relative(folder, absolute).replaceAll('\\', '/'), await readFile(absolute, 'utf8'));
  }
  const changed = applyEdits(sources, edits);
  const changedMore = editedWhereItFits(new Map([...sources, ...changed]), editsWhereTheyFit);
  const edited = [...changed, ...changedMore].map(([file, text]) => [path.resolve(folder, file), text] as const);
  return edited.length === 0 ? clean : bundleModules({ ...own, edited: new Map(edited) });
}

/** All of the edits, or none: half a variant would be another one. */
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

/** Whoever reads the error must know which version is meant. */
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
 * esbuild wraps what it takes for CommonJS, copying all names, in each process anew: there are namespaces ready made instead. An ES
 * module is handed over as it is, so that its default export is not hidden in another.
 */
function withoutWrapping(code: string, esModules: ReadonlySet<string>): string {
  return code.replaceAll(/__toESM\(require\("([^"]+)"\)(, 1)?\)/g, (whole, name: string, asNodeDoes?: string) => {
    if (esModules.has(name)) return `require("${name}")`;
    return isBuiltin(name) || asNodeDoes !== undefined ? `require.namespace("${name}")` : whole;
  });
}

/** Where packages happen to be installed stands in esbuild's comments, and must not matter. */
function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts)
    hash.update(`${text.replaceAll(/(?:\.\.\/)+(?:[^\s"'/]+\/)*?node_modules\//g, 'node_modules/')}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** The nearest folder that has a package.json. */
function rootOf(file: string): string {
  if (!existsSync(file)) throw new LoadError(`${file}: no such file`);
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
  return path.dirname(file);
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
