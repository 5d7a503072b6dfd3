/** What is a command of Redis, how many parameters it takes, and what a server in trouble does with it. */
import { createRequire } from 'node:module';

interface CommandInfo {
  /** The name counts; a negative one is the least. */
  readonly arity: number;
  readonly flags: readonly string[];
}

const KNOWN = new Map(
  Object.entries(
    createRequire(import.meta.url)('@ioredis/commands/built/commands.json') as Readonly<Record<string, CommandInfo>>,
  ),
);

const LOADING = 'LOADING Redis is loading the dataset in memory';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "READONLY You can't write against a read only replica.";
const BUSY = 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';
const NOAUTH = 'NOAUTH Authentication required.';

/** In lower case. */
export function isCommand(name: string): boolean {
  return KNOWN.has(name);
}

export function hasFlag(name: string, flag: string): boolean {
  return KNOWN.get(name)?.flags.includes(flag) === true;
}

/** Whether a command may come with so many parameters. */
export function takes(name: string, parameters: number): boolean {
  const arity = KNOWN.get(name)?.arity ?? 0;
  return arity < 0 ? parameters + 1 >= -arity : parameters + 1 === arity;
}

/** The errors that a server can answer a command by instead of applying it: those that the real one has for a command with such flags. */
export function serverErrors(name: string): readonly string[] {
  // A real one refuses MULTI only where it refuses everything on the connection: what follows would be applied one by one.
  if (!isCommand(name) || name === 'multi') return [];
  const errors: string[] = [];
  if (!hasFlag(name, 'loading')) errors.push(LOADING);
  if (hasFlag(name, 'denyoom')) errors.push(OOM);
  if (hasFlag(name, 'write')) errors.push(READONLY);
  if (!hasFlag(name, 'allow_busy')) errors.push(BUSY);
  if (!hasFlag(name, 'no_auth')) errors.push(NOAUTH);
  return errors;
}
