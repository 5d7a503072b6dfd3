/** What is a command of Redis, and what a server in trouble does with it. */
import { hasFlag, list } from '@ioredis/commands';

const KNOWN: ReadonlySet<string> = new Set(list);

const LOADING = 'LOADING Redis is loading the dataset in memory';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "READONLY You can't write against a read only replica.";
const BUSY = 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';
const NOAUTH = 'NOAUTH Authentication required.';

/** In lower case. */
export function isCommand(name: string): boolean {
  return KNOWN.has(name);
}

/** The errors that a server can answer a command by instead of applying it: those that the real one has for a command with such flags. */
export function serverErrors(name: string): readonly string[] {
  if (!isCommand(name)) return [];
  const errors: string[] = [];
  if (!hasFlag(name, 'loading')) errors.push(LOADING);
  if (hasFlag(name, 'denyoom')) errors.push(OOM);
  if (hasFlag(name, 'write')) errors.push(READONLY);
  if (!hasFlag(name, 'allow_busy')) errors.push(BUSY);
  if (!hasFlag(name, 'no_auth')) errors.push(NOAUTH);
  return errors;
}

/** An error that the server answers, as ioredis gives it. */
export function replyError(text: string): Error {
  // ioredis-mock says it in words of its own.
  const isWrongType = / does not contain (a|an) /.test(text);
  const message = isWrongType ? 'WRONGTYPE Operation against a key holding the wrong kind of value' : text;
  return Object.assign(new Error(message), { name: 'ReplyError' });
}
