/**
 * The commands of Redis: their number of parameters, and the errors that a server may answer
 * instead of applying them.
 */
import { createRequire } from 'node:module';

interface CommandInfo {
  /** Number of parameters, name included. Negative: at least that number. */
  readonly arity: number;
  readonly flags: readonly string[];
}

const COMMANDS = new Map(
  Object.entries(
    createRequire(import.meta.url)('@ioredis/commands/built/commands.json') as Readonly<Record<string, CommandInfo>>,
  ),
);

const LOADING = 'LOADING Redis is loading the dataset in memory';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "READONLY You can't write against a read only replica.";
const BUSY = 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';
const NOAUTH = 'NOAUTH Authentication required.';

/** `name` is in lower case. */
export function isCommand(name: string): boolean {
  return COMMANDS.has(name);
}

export function hasFlag(name: string, flag: string): boolean {
  return COMMANDS.get(name)?.flags.includes(flag) === true;
}

/** Returns whether the command takes `count` parameters, its name aside. */
export function takes(name: string, count: number): boolean {
  const arity = COMMANDS.get(name)?.arity ?? 0;
  return arity < 0 ? count + 1 >= -arity : count + 1 === arity;
}

/**
 * Returns the errors that a server can answer instead of applying the command. They follow from the
 * command's flags, as on a real server.
 */
export function serverErrors(name: string): readonly string[] {
  // A real server that refuses MULTI refuses everything on the connection. Refusing only MULTI
  // would let the commands behind it be applied one by one.
  if (!isCommand(name) || name === 'multi') return [];
  const errors: string[] = [];
  if (!hasFlag(name, 'loading')) errors.push(LOADING);
  if (hasFlag(name, 'denyoom')) errors.push(OOM);
  if (hasFlag(name, 'write')) errors.push(READONLY);
  if (!hasFlag(name, 'allow_busy')) errors.push(BUSY);
  if (!hasFlag(name, 'no_auth')) errors.push(NOAUTH);
  return errors;
}
