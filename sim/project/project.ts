/**
 * The project of a command: the folder of the nearest package.json. Scenarios are named relative to
 * it, and its replays are in its folder `replays`.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../kernel/printable.ts';
import { REPLAYS_FOLDER } from '../replay/replay-store.ts';
import { UsageError } from './usage-error.ts';

export interface ScenarioPlace {
  /** Folder of the package.json. */
  readonly project: string;
  /** Relative to the project, with forward slashes. */
  readonly path: string;
}

const SOURCE_FILE = /\.[cm]?[jt]s$/;

/** The nearest folder from `start` upwards that has a package.json, or null. */
export function projectOf(start: string): string | null {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) return null;
  }
}

export function replaysOf(project: string): string {
  return path.join(project, REPLAYS_FOLDER);
}

/** The same folder, for reading; it need not exist. Throws UsageError when it is not a folder. */
export function replaysIn(project: string): string {
  const folder = replaysOf(project);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`${folder} is not a folder, but replays are saved there`);
  return folder;
}

/** True for a file, or a link to one, whose real path is inside the folder. */
export function isFileInside(folder: string, relative: string): boolean {
  const file = path.join(folder, relative);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const way = path.relative(realpathSync(folder), realpathSync(file));
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
}

/** The named scenario, or the default of the package.json. Throws UsageError. */
export function findScenario(named: string | undefined, workingFolder: string): ScenarioPlace {
  const project = projectOf(workingFolder);
  if (named === undefined) return defaultScenario(project);
  const file = path.resolve(workingFolder, named);
  const shown = printable(named);
  if (!SOURCE_FILE.test(named))
    throw new UsageError(`unknown command or scenario ${shown} (a scenario is a .ts or .js file); see --help`);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`scenario not found: ${shown}`);
  const inside =
    project !== null &&
    !path.relative(project, file).startsWith('..') &&
    isFileInside(project, path.relative(project, file));
  const home = inside ? project : (projectOf(path.dirname(file)) ?? path.dirname(file));
  return { project: home, path: slashed(path.relative(home, file)) };
}

function defaultScenario(project: string | null): ScenarioPlace {
  const advice = 'name a scenario, or set seedstorm.scenario in package.json';
  if (project === null) throw new UsageError(`found no package.json here or above: ${advice}`);
  const named = scenarioSetting(path.join(project, 'package.json'));
  if (named === undefined) throw new UsageError(`the package.json of ${project} names no scenario: ${advice}`);
  if (typeof named !== 'string' || !SOURCE_FILE.test(named)) {
    throw new UsageError('seedstorm.scenario in package.json must name a .ts or .js file');
  }
  if (!isFileInside(project, named)) {
    throw new UsageError(
      `seedstorm.scenario in package.json names ${printable(named)}, which is not a file of this package`,
    );
  }
  return { project, path: slashed(path.normalize(named)) };
}

function scenarioSetting(file: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is not valid JSON`);
  }
  const { seedstorm } = (content ?? {}) as { seedstorm?: { scenario?: unknown } };
  return typeof seedstorm === 'object' && seedstorm !== null ? seedstorm.scenario : undefined;
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}
