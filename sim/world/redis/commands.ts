/** What is a command of Redis, and what a server in trouble does with it. */
import { hasFlag, list } from '@ioredis/commands';

const KNOWN: ReadonlySet<string> = new Set(list);

const LOADING = 'LOADING Redis is loading the dataset in memory';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";

/** In lower case. */
export function isCommand(name: string): boolean {
  return KNOWN.has(name);
}

/** The errors that a server can answer a command by instead of applying it: none for those it serves whatever its state. */
export function serverErrors(name: string): readonly string[] {
  if (!isCommand(name) || hasFlag(name, 'loading')) return [];
  return hasFlag(name, 'denyoom') ? [LOADING, OOM] : [LOADING];
}

/** An error that the server answers, as ioredis gives it. */
export function replyError(text: string): Error {
  // ioredis-mock says it in words of its own.
  const isWrongType = / does not contain (a|an) /.test(text);
  const message = isWrongType ? 'WRONGTYPE Operation against a key holding the wrong kind of value' : text;
  return Object.assign(new Error(message), { name: 'ReplyError' });
}
