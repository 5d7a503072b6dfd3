/**
 * Bundling: a system becomes two texts, its own modules (evaluated for each life) and its packages (evaluated once for each
 * worker), and a scenario a third. The result is plain data, fit for `workerData`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceEdit } from '../world/image.ts';
import { isBuiltin } from './builtin-names.ts';
import { LoadError } from './errors.ts';
import { bundleOwn, type OwnText, type OwnTextOptions } from './own-text.ts';
import { bundlePackages, type PackageText } from './package-text.ts';
import { asLoadError } from './bundle-failure.ts';
import { applyEdits } from './variants.ts';

export interface ScenarioBundle {
  /** The scenario's file, without folder and ending. */
  readonly name: string;
  readonly scenarioCode: string;
  /** The files that it was made from, absolute; those of packages aside. */
  readonly files: readonly string[];
}

export interface SystemBundle extends ScenarioBundle {
  readonly systemCode: string;
  readonly packagesCode: string;
  /** The names of all packages inside, but for those that are evaluated for each life; who imports another stands before it. */
  readonly packages: readonly string[];
  /** Hash of the three texts: 16 hexadecimal digits. The same wherever the packages are installed. */
  readonly codeHash: string;
}

export interface BundleSystemOptions {
  /** The system's entry module, which exports `start`; absolute, or relative to the scenario's file. */
  readonly entry: string;
  /** Absolute, or relative to the working directory. */
  readonly scenarioFile: string;
  readonly edits?: readonly SourceEdit[];
  /** Packages whose module state a process would lose: evaluated for each life with the system's own modules, and so are those that import them. */
  readonly statefulPackages?: readonly string[];
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
  const { code, files } = await orLoadError(bundleOwn({ contents, workingFolder, inside: () => true, simulatorEntry }));
  return {
    name: path.basename(file).replace(/\.[^.]*$/, ''),
    scenarioCode: code,
    files: files.map((one) => path.resolve(workingFolder, one)),
  };
}

/** Bundles a system, variant applied, and its scenario. Throws LoadError, or VariantError when an edit does not fit. */
export async function bundleSystem(options: BundleSystemOptions): Promise<SystemBundle> {
  const scenarioFile = path.resolve(options.scenarioFile);
  const workingFolder = rootOf(scenarioFile);
  const stateful = new Set(options.statefulPackages);
  const entry = path.resolve(path.dirname(scenarioFile), options.entry);
  const own: OwnTextOptions = {
    contents: `export { start } from ${specifierOf(workingFolder, entry)};`,
    workingFolder,
    inside: (name) => stateful.has(name),
    simulatorEntry: options.simulatorEntry,
  };
  if (stateful.size > 0) await orLoadError(addImporters(stateful, own));
  const [scenario, system] = await Promise.all([
    options.scenario ?? bundleScenario(scenarioFile, options.simulatorEntry),
    orLoadError(bundleVariant(own, scenarioFile, options.edits ?? [])),
  ]);
  const packages = await orLoadError(bundlePackages(workingFolder, system.packages));
  const systemCode = withoutWrapping(system.code, packages.esModules);
  const texts = [systemCode, packages.code, scenario.scenarioCode];
  const files = [...new Set([...scenario.files, ...system.files.map((one) => path.resolve(workingFolder, one))])];
  return {
    ...scenario,
    files,
    systemCode,
    packagesCode: packages.code,
    packages: importersFirst(packages.importers),
    codeHash: hashOf(texts),
  };
}

/** Who imports a package that is evaluated for each life has to be evaluated with it: otherwise it would hold on to the first one. */
async function addImporters(stateful: Set<string>, own: OwnTextOptions): Promise<void> {
  const { packages } = await bundleOwn({ ...own, inside: () => false });
  const { importers } = await bundlePackages(own.workingFolder, packages);
  for (const name of withImporters(stateful, importers)) stateful.add(name);
}

function withImporters(names: Iterable<string>, importers: PackageText['importers']): ReadonlySet<string> {
  const all = new Set(names);
  // A set that grows while it is walked is walked to its end.
  for (const name of all) for (const importer of importers.get(name) ?? []) all.add(importer);
  return all;
}

function importersFirst(importers: PackageText['importers']): readonly string[] {
  const size = new Map([...importers.keys()].map((name) => [name, withImporters([name], importers).size]));
  return [...importers.keys()].sort((a, b) => (size.get(a) ?? 0) - (size.get(b) ?? 0) || (a < b ? -1 : 1));
}

/** The clean system is bundled first, since only then it is known which files are its own. */
async function bundleVariant(
  own: OwnTextOptions,
  scenarioFile: string,
  edits: readonly SourceEdit[],
): Promise<OwnText> {
  const clean = await bundleOwn(own);
  if (edits.length === 0) return clean;
  const folder = path.dirname(scenarioFile);
  const sources = new Map<string, string>();
  for (const file of clean.files) {
    const absolute = path.resolve(own.workingFolder, file);
    sources.set(path.relative(folder, absolute).replaceAll('\\', '/'), await readFile(absolute, 'utf8'));
  }
  const changed = applyEdits(sources, edits);
  return bundleOwn({ ...own, edited: new Map([...changed].map(([file, text]) => [path.resolve(folder, file), text])) });
}

/**
 * esbuild wraps what it takes for CommonJS, copying all names, in each life anew: there are namespaces ready made instead. An ES
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
