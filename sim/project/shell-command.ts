/**
 * Builds shell commands that can be pasted: the prefix that starts seedstorm, and quoted arguments.
 */
import path from 'node:path';
import { projectOf } from './project.ts';
import { repository } from './simulator.ts';

/** The start of a command that runs seedstorm in the working folder. */
export function commandPrefix(workingFolder: string): string {
  if (repository === null) return 'npx seedstorm';
  if (projectOf(workingFolder) === repository) return 'npm run sim --';
  return `node ${quoted(path.relative(workingFolder, path.join(repository, 'sim', 'start.js')))}`;
}

/** A path as shown to the user: relative to the working folder, with forward slashes. */
export function shownPath(file: string, workingFolder: string): string {
  return (path.relative(workingFolder, file) || '.').split(path.sep).join('/');
}

/** Quotes an argument for a POSIX shell, if it needs quotes. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
