/** Commands on keys of any type. */
import { type Commands, SYNTAX, type CommandContext, word } from './command.ts';
import type { Keyspace, Value } from './keyspace.ts';
import { matcher } from './pattern.ts';
import { fail, OK, type Reply, Status } from './reply.ts';
import { scan } from './scan.ts';
import { SortedSet } from './sorted-set.ts';
import { Stream } from './streams/stream.ts';

const NO_SUCH_KEY = 'ERR no such key';

export function typeOf(value: Value | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'hash';
  if (value instanceof Set) return 'set';
  return value instanceof SortedSet ? 'zset' : value instanceof Stream ? 'stream' : 'none';
}

const count = (names: readonly string[], holds: (key: string) => boolean): number => names.filter(holds).length;

function removeAll(names: readonly string[], { keys }: CommandContext): Reply {
  // An expired key does not count as removed.
  return count(names, (key) => keys.has(key) && keys.remove(key));
}

function rename(from: string, to: string, { keys }: CommandContext): void {
  const row = keys.row(from) ?? fail(NO_SUCH_KEY);
  if (from === to) return;
  if (keys.has(to)) keys.remove(to);
  keys.set(to, row.value, row.expiresAtMs);
  keys.remove(from);
}

/** FLUSHDB and FLUSHALL */
function flush([option, ...rest]: readonly string[], databases: readonly Keyspace[]): Reply {
  if (rest.length > 0 || (option !== undefined && !['SYNC', 'ASYNC'].includes(word(option)))) fail(SYNTAX);
  for (const keys of databases) keys.clear();
  return OK;
}

export const KEYS: Commands = {
  del: removeAll,
  unlink: removeAll,
  exists: (names, { keys }) => count(names, (key) => keys.has(key)),
  touch: (names, { keys }) => count(names, (key) => keys.has(key)),
  type: ([key = ''], { keys }) => new Status(typeOf(keys.value(key))),
  keys([pattern = ''], { keys }) {
    if (pattern === '*') return keys.names();
    const matches = matcher(pattern);
    return keys.names().filter((key) => matches(key));
  },
  dbsize: (_, { keys }) => keys.names().length,
  randomkey(_, { keys, fraction }) {
    const names = keys.names();
    return names[Math.floor(fraction('randomkey') * names.length)] ?? null;
  },
  rename([from = '', to = ''], context) {
    rename(from, to, context);
    return OK;
  },
  renamenx([from = '', to = ''], context) {
    const { keys } = context;
    if (!keys.has(from)) fail(NO_SUCH_KEY);
    if (keys.has(to)) return 0;
    rename(from, to, context);
    return 1;
  },
  scan([cursor, ...options], { keys }) {
    const show = (key: string, type: string | null): readonly string[] =>
      type === null || typeOf(keys.value(key)) === type ? [key] : [];
    return scan(cursor, options, () => ({ names: keys.names(), isWhole: false, takesType: true, show }));
  },
  flushdb: (options, { keys }) => flush(options, [keys]),
  flushall: (options, { databases }) => flush(options, databases),
};
