/**
 * Bundles a scenario and its system to texts. A system becomes two: its own modules, evaluated for
 * each process, and its packages, evaluated once for each worker. Its other version becomes two
 * more, and the scenario one. The result is data that can be passed as `workerData`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Snapshot } from '../ambient/files/file-system.ts';
import type { OtherVersion, SourceEdit } from '../system/image.ts';
import { LoadError, VariantError } from './errors.ts';
import { bundleModules } from './bundle-modules.ts';
import { withImporters, type Importers } from './bundle-packages.ts';
import {
  bundleVersion,
  sharedByBundles,
  type SharedByBundles,
  type VersionOptions,
  type VersionTexts,
} from './bundle-version.ts';
import { orLoadError } from './bundle-failure.ts';
import { mayUseFailpoints } from './may-use-failpoints.ts';
import { mayUseRedis } from './may-use-redis.ts';
import { mayUseWeb } from '../ambient/web/names.ts';
import { projectFilesIn } from './project-files.ts';
import { rootOf, specifierOf } from './project-root.ts';
import { withLaterModules } from './text/later-modules.ts';
import { bundleWeb } from './web/bundle-web.ts';

export interface ScenarioBundle {
  /** The name of the scenario's file, without folder and extension. */
  readonly name: string;
  readonly scenarioCode: string;
  /** The source map of the scenario's text, if it was asked for. */
  readonly scenarioMap: string | null;
  /** The globals of the web, such as `fetch`; null if no text uses one. */
  readonly webCode: string | null;
  /** The absolute paths of the bundled files, without those of packages. */
  readonly files: readonly string[];
}

export interface SystemBundle extends ScenarioBundle, VersionTexts {
  readonly otherVersion: VersionTexts | null;
  /**
   * The names of the bundled packages of both versions, without those that are evaluated for each
   * process. A package is listed before the packages that it imports.
   */
  readonly packages: readonly string[];
  /** Whether a version of the system may connect to Redis. */
  readonly mayUseRedis: boolean;
  /** It may have failpoints. */
  readonly mayUseFailpoints: boolean;
  /** What a main module can read; null for a system that exports `start`. */
  readonly projectFiles: Snapshot | null;
  /** The names of the packages that are evaluated for each process, importers included; sorted. */
  readonly statefulPackages: readonly string[];
  /**
   * Hash of all texts and files: 16 hexadecimal digits. It does not depend on where packages are
   * installed.
   */
  readonly codeHash: string;
}

export interface BundleSystemOptions extends Omit<VersionOptions, 'shared'> {
  /** The system's entry module: absolute, or relative to the scenario's file. */
  readonly entry: string;
  /**
   * The edits of a variant. They are applied to the other version too, if all of them fit there.
   */
  readonly edits?: readonly SourceEdit[] | undefined;
  /** The system's other version. */
  readonly otherVersion?: OtherVersion | undefined;
  /** The result of `bundleScenario`, if the scenario has been bundled already. */
  readonly scenario?: ScenarioBundle | undefined;
  /** Kept between bundles of one scenario, which share what does not depend on edits. */
  readonly shared?: SharedByBundles | undefined;
}

/** Bundles a scenario's module with its imports. Throws LoadError. */
export async function bundleScenario(
  scenarioFile: string,
  simulatorEntry?: string,
  sourceMaps = false,
): Promise<ScenarioBundle> {
  const file = path.resolve(scenarioFile);
  const workingFolder = rootOf(file);
  const clients =
    simulatorEntry === undefined || !existsSync(clientsBeside(simulatorEntry))
      ? ''
      : `export { clientLibraries } from ${specifierOf(workingFolder, clientsBeside(simulatorEntry))};`;
  const contents = `export { default } from ${specifierOf(workingFolder, file)};\n${clients}`;
  const { code, map, files } = await orLoadError(
    bundleModules({ contents, workingFolder, form: 'sync', inside: () => true, simulatorEntry, sourceMaps }),
  );
  return {
    name: path.basename(file).replace(/\.[^.]*$/, ''),
    scenarioCode: withLaterModules(code),
    scenarioMap: map,
    webCode: mayUseWeb(code) ? await bundleWeb() : null,
    files: files.map((one) => path.resolve(workingFolder, one)),
  };
}

/**
 * Bundles a system, with the variant applied, and its scenario. Throws LoadError, or VariantError
 * if an edit does not fit.
 */
export async function bundleSystem(options: BundleSystemOptions): Promise<SystemBundle> {
  const { entry, edits = [], otherVersion } = options;
  const versionOptions = { ...options, shared: options.shared ?? sharedByBundles() };
  const otherOptions = {
    entry: otherVersion?.entry ?? entry,
    edits: otherVersion?.edits ?? [],
    editsWhereTheyFit: edits,
  };
  const [scenario, system, otherSystem] = await Promise.all([
    options.scenario ?? bundleScenario(options.scenarioFile, options.simulatorEntry, options.sourceMaps),
    bundleVersion({ entry, edits }, versionOptions),
    otherVersion === undefined ? null : inOtherVersion(bundleVersion(otherOptions, versionOptions)),
  ]);
  const versions = [system, ...(otherSystem === null ? [] : [otherSystem])];
  const texts = versions.flatMap(({ texts: { systemCode, packagesCode } }) => [systemCode, packagesCode]);
  const isMain = versions.some(({ texts: { main } }) => main !== null);
  const packageFolders = versions.flatMap(({ foldersWithPaths }) => foldersWithPaths);
  const projectFiles = isMain ? projectFilesIn(rootOf(path.resolve(options.scenarioFile)), packageFolders) : null;
  const webCode = scenario.webCode ?? (texts.some(mayUseWeb) ? await bundleWeb() : null);
  const code = [...texts.slice(0, 2), scenario.scenarioCode, ...texts.slice(2), webCode ?? ''];
  const codeHash = hashOf(code, projectFiles);
  const files = [...new Set([...scenario.files, ...versions.flatMap((version) => version.files)])];
  const packages = importersFirst(together(versions.map(({ importers }) => importers)));
  const statefulPackages = [...new Set(versions.flatMap((version) => [...version.statefulPackages]))].sort();
  const { texts: current } = system;
  const other = otherSystem?.texts ?? null;
  const bundle = { ...scenario, webCode, files, ...current, otherVersion: other };
  return {
    ...bundle,
    packages,
    statefulPackages,
    mayUseRedis: mayUseRedis(texts.map(withoutFolders)),
    mayUseFailpoints: mayUseFailpoints(versions.map(({ texts: { systemCode } }) => systemCode)),
    projectFiles,
    codeHash,
  };
}

/** What the defaults of its scenario depend on. */
export function formOf({
  main,
  mayUseRedis: usesRedis,
  mayUseFailpoints: hasFailpoints,
}: Pick<SystemBundle, 'main' | 'mayUseRedis' | 'mayUseFailpoints'>): {
  readonly isMain: boolean;
  readonly mayUseRedis: boolean;
  readonly mayUseFailpoints: boolean;
} {
  const isMain = main !== null;
  return { isMain, mayUseRedis: usesRedis, mayUseFailpoints: hasFailpoints && !isMain };
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

/** A text without the folders in which packages are installed, which esbuild writes into it. */
function withoutFolders(text: string): string {
  return text.replaceAll(/(?:\.\.\/)+(?:[^\s"'/]+\/)*?node_modules\//g, 'node_modules/');
}

/** Hash of the files and the texts. */
function hashOf(texts: readonly string[], files: Snapshot | null): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${withoutFolders(text)}\0`);
  for (const [file, bytes] of files ?? [])
    hash.update(`${file}\0`).update(typeof bytes === 'number' ? String(bytes) : bytes);
  return hash.digest('hex').slice(0, 16);
}

/** The client libraries are in the folder of the simulator's other entries. */
function clientsBeside(simulatorEntry: string): string {
  return path.join(path.dirname(simulatorEntry), `clients${path.extname(simulatorEntry)}`);
}
