/** Commands on keys of any type. */
import { type Commands, integer, SYNTAX, type CommandContext, word } from './command.ts';
import { copyOf, type Value } from './keyspace.ts';
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
  keys.remove(to);
  keys.set(to, row.value, row.expiresAtMs);
  keys.remove(from);
}

export const KEYS: Commands = {
  del: removeAll,
  unlink: removeAll,
  exists: (names, { keys }) => count(names, (key) => keys.has(key)),
  touch: (names, { keys }) => count(names, (key) => keys.has(key)),
  type: ([key = ''], { keys }) => new Status(typeOf(keys.value(key))),
  keys([pattern = ''], { keys }) {
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
  copy([from = '', to = '', ...options], { keys }) {
    const words = options.map(word);
    if (words.some((option) => option !== 'REPLACE')) fail(SYNTAX);
    if (from === to) fail('ERR source and destination objects are the same');
    const row = keys.row(from);
    if (row === undefined || (keys.has(to) && words.length === 0)) return 0;
    const copy = copyOf(row);
    // An existing key is removed first, so that commands which wait for it are served.
    keys.remove(to);
    keys.set(to, copy.value, copy.expiresAtMs);
    return 1;
  },
  scan([cursor, ...options], { keys }) {
    let type: string | null = null;
    const rest: string[] = [];
    for (let index = 0; index < options.length; index += 2) {
      if (word(options[index]) === 'TYPE') type = (options[index + 1] ?? fail(SYNTAX)).toLowerCase();
      else rest.push(...options.slice(index, index + 2));
    }
    return scan(cursor, rest, () => ({
      names: keys.names(),
      isWhole: false,
      show: (key) => (type === null || typeOf(keys.value(key)) === type ? [key] : []),
    }));
  },
  flushdb([option, ...rest], { keys }) {
    if (rest.length > 0 || (option !== undefined && !['SYNC', 'ASYNC'].includes(word(option)))) fail(SYNTAX);
    keys.clear();
    return OK;
  },
  sort: (parameters, context) => sort(parameters, context, true),
  sort_ro: (parameters, context) => sort(parameters, context, false),
};

function elementsOf(key: string, { keys }: CommandContext): readonly string[] {
  const value = keys.value(key);
  if (value instanceof Set) return [...value];
  if (value instanceof SortedSet) return value.order.map(({ member }) => member);
  return keys.list(key) ?? [];
}

function sort([key = '', ...options]: readonly string[], context: CommandContext, mayStore: boolean): Reply {
  let [isDescending, isAlphabetic] = [false, false];
  let [offset, limit] = [0, Infinity];
  let store: string | null = null;
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    if (option === 'ASC' || option === 'DESC') isDescending = option === 'DESC';
    else if (option === 'ALPHA') isAlphabetic = true;
    else if (option === 'LIMIT') [offset, limit] = [integer(options[(index += 1)]), integer(options[(index += 1)])];
    else if (option === 'STORE' && mayStore) store = options[(index += 1)] ?? fail(SYNTAX);
    else if (option === 'BY' || option === 'GET') fail(`ERR 'sort' with ${option} is not simulated`);
    else fail(SYNTAX);
  }
  const weight = (text: string): number => {
    const value = Number(text);
    return Number.isNaN(value) ? fail("ERR One or more scores can't be converted into double") : value;
  };
  const weighed = elementsOf(key, context).map((text) => ({ text, by: isAlphabetic ? text : weight(text) }));
  weighed.sort((one, other) => (one.by < other.by || (one.by === other.by && one.text < other.text) ? -1 : 1));
  if (isDescending) weighed.reverse();
  const sorted = weighed.map(({ text }) => text).slice(Math.max(0, offset), limit < 0 ? Infinity : offset + limit);
  if (store === null) return sorted;
  if (sorted.length === 0) context.keys.remove(store);
  else context.keys.set(store, sorted);
  return sorted.length;
}
