/**
 * The project that a command works in: the folder of the nearest package.json. Paths of scenarios
 * are relative to it, and its replays are in its folder `replays`.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../kernel/printable.ts';
import { REPLAYS_FOLDER } from '../replay/replay-store.ts';
import { UsageError } from './usage-error.ts';

export interface ScenarioPlace {
  /** The folder of the package.json. */
  readonly project: string;
  /** Relative to the project, with forward slashes. */
  readonly path: string;
}

const SOURCE_FILE = /\.[cm]?[jt]s$/;

/** The nearest folder with a package.json, from `start` upwards; null when there is none. */
export function projectOf(start: string): string | null {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) return null;
  }
}

/** The folder of a project's replays, to write to. */
export function replaysOf(project: string): string {
  return path.join(project, REPLAYS_FOLDER);
}

/**
 * The folder of a project's replays, to read from. It may not exist. Throws UsageError when it is a
 * file.
 */
export function replaysIn(project: string): string {
  const folder = replaysOf(project);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`${folder} is a file; expected a folder with replays`);
  return folder;
}

/** True for a file, or a link to one, whose real path is below the folder. */
export function isFileInside(folder: string, relative: string): boolean {
  const file = path.join(folder, relative);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const inside = path.relative(realpathSync(folder), realpathSync(file));
  return inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside);
}

/** Finds the given scenario, or by default that of the package.json. Throws UsageError. */
export function findScenario(scenario: string | undefined, workingFolder: string): ScenarioPlace {
  const project = projectOf(workingFolder);
  if (scenario === undefined) return defaultScenario(project);
  const file = path.resolve(workingFolder, scenario);
  const shown = printable(scenario);
  if (!SOURCE_FILE.test(scenario))
    throw new UsageError(`unknown command or scenario ${shown} (a scenario is a .ts or .js file); see --help`);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`scenario not found: ${shown}`);
  const isInside =
    project !== null &&
    !path.relative(project, file).startsWith('..') &&
    isFileInside(project, path.relative(project, file));
  const home = isInside ? project : (projectOf(path.dirname(file)) ?? path.dirname(file));
  return { project: home, path: slashed(path.relative(home, file)) };
}

function defaultScenario(project: string | null): ScenarioPlace {
  const advice = 'give the file of a scenario, or set seedstorm.scenario in package.json';
  if (project === null) throw new UsageError(`no package.json in this folder or above; ${advice}`);
  const setting = scenarioSetting(path.join(project, 'package.json'));
  if (setting === undefined) throw new UsageError(`the package.json of ${project} names no scenario; ${advice}`);
  if (typeof setting !== 'string' || !SOURCE_FILE.test(setting)) {
    throw new UsageError('seedstorm.scenario in package.json must name a .ts or .js file');
  }
  if (!isFileInside(project, setting)) {
    throw new UsageError(
      `seedstorm.scenario in package.json names ${printable(setting)}, which is not a file of this package`,
    );
  }
  return { project, path: slashed(path.normalize(setting)) };
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
