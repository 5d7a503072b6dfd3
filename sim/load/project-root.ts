/** The root of a project, and the paths of its files as simulated processes see them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { APP_FOLDER } from '../system/program.ts';
import { LoadError } from './errors.ts';

/** The nearest folder with a package.json, or the folder of the file. Throws LoadError. */
export function rootOf(file: string): string {
  if (!existsSync(file)) throw new LoadError(`${file}: no such file`);
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
  return path.dirname(file);
}

/** `./src/server.ts`, as a quoted specifier of an import. */
export function specifierOf(root: string, file: string): string {
  return JSON.stringify(`./${relativeTo(root, file)}`);
}

/**
 * `/app/src/server.ts`. Packages that are installed above the root, or linked from elsewhere, are
 * shown in `/app/node_modules`.
 */
export function simulatedPath(root: string, file: string): string {
  const relative = relativeTo(root, file);
  const installed = relative.startsWith('..') ? /(?:^|\/)(node_modules\/.*)$/.exec(relative)?.[1] : undefined;
  return path.posix.resolve(APP_FOLDER, installed ?? relative);
}

export function relativeTo(root: string, file: string): string {
  return path.relative(root, file).replaceAll('\\', '/');
}

/** Whether a file belongs to a package and not to the project. */
export function isInPackage(file: string): boolean {
  return /(^|[\\/])node_modules[\\/]/.test(file);
}

/** `@scope/name` of `@scope/name/deep/path`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
