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

/** A server state in which some commands fail: the error, and the commands that it refuses. */
export interface ErrorState {
  readonly error: string;
  readonly refuses: (name: string) => boolean;
}

/**
 * The states that a server may enter while its connections stay open and authenticated. Which
 * commands it refuses follows from their flags, as on a real server. The first one refuses most, so
 * that a shrunk run has it.
 */
export const ERROR_STATES: readonly ErrorState[] = [
  {
    error: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    refuses: (name) => !hasFlag(name, 'allow_busy'),
  },
  {
    error: 'LOADING Redis is loading the dataset in memory',
    refuses: (name) => !hasFlag(name, 'loading'),
  },
  {
    error: "OOM command not allowed when used memory > 'maxmemory'.",
    refuses: (name) => hasFlag(name, 'denyoom'),
  },
  {
    error: "READONLY You can't write against a read only replica.",
    refuses: (name) => hasFlag(name, 'write'),
  },
];

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

/** The error with which a server in a state answers the command; null if it applies it. */
export function errorInState({ error, refuses }: ErrorState, name: string): string | null {
  // A real server that refuses MULTI refuses everything on the connection. Refusing only MULTI
  // would let the commands behind it be applied one by one.
  return isCommand(name) && name !== 'multi' && refuses(name) ? error : null;
}
