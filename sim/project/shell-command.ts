/**
 * Commands that can be pasted: the words that start seedstorm here, and arguments that survive a shell.
 */
import path from 'node:path';
import { projectOf } from './project.ts';
import { repository } from './simulator.ts';

/** What starts seedstorm from the working folder. */
export function commandPrefix(workingFolder: string): string {
  if (repository === null) return 'npx seedstorm';
  if (projectOf(workingFolder) === repository) return 'npm run sim --';
  return `node ${quoted(path.relative(workingFolder, path.join(repository, 'sim', 'start.js')))}`;
}

/** A file as it is shown and can be pasted: relative to the working folder, with forward slashes. */
export function shownPath(file: string, workingFolder: string): string {
  return (path.relative(workingFolder, file) || '.').split(path.sep).join('/');
}

export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
