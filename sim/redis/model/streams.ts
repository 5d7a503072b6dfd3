/** Commands on streams. Those on consumer groups are in stream-groups.ts. */
import { type Commands, integer, SYNTAX, type CommandContext, word } from './command.ts';
import { fail, OK, type Reply, Wait } from './reply.ts';
import { compareIds, formatId, Stream, type StreamEntry, type StreamId, ZERO } from './stream.ts';
import { boundOf, idOf } from './stream-ids.ts';
import { timeoutFromMs } from './timeouts.ts';

const NOT_GREATER = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';

export function show({ id, fields }: StreamEntry): Reply {
  return [formatId(id), fields];
}

type Trim = { readonly length: number } | { readonly from: StreamId };

/**
 * Parses `MAXLEN [=|~] n` or `MINID [=|~] id`. `~` trims exactly, too. `next` is the index after
 * the option.
 */
function trimOf(options: readonly string[], start: number): readonly [trim: Trim, next: number] {
  let index = start + 1;
  if (options[index] === '=' || options[index] === '~') index += 1;
  const value = options[index];
  let next = index + 1;
  if (word(options[next]) === 'LIMIT') next += 2;
  if (word(options[start]) === 'MINID') return [{ from: idOf(value) }, next];
  const length = integer(value);
  return [{ length: length < 0 ? fail('ERR The MAXLEN argument must be >= 0.') : length }, next];
}

function nextId(text: string, { lastId }: Stream, nowMs: number): StreamId {
  const following = { ms: lastId.ms, sequence: lastId.sequence + 1 };
  if (text === '*') return nowMs > lastId.ms ? { ms: nowMs, sequence: 0 } : following;
  if (text.endsWith('-*')) {
    const { ms } = idOf(text.slice(0, -2));
    return ms === lastId.ms ? following : { ms, sequence: ms === 0 ? 1 : 0 };
  }
  const id = idOf(text);
  return compareIds(id, ZERO) > 0 ? id : fail('ERR The ID specified in XADD must be greater than 0-0');
}

function addEntry([key = '', ...parameters]: readonly string[], { keys, nowMs }: CommandContext): Reply {
  let [trim, mayCreate, index] = [null as Trim | null, true, 0];
  for (; index < parameters.length;) {
    const option = word(parameters[index]);
    if (option === 'NOMKSTREAM') [mayCreate, index] = [false, index + 1];
    else if (option === 'MAXLEN' || option === 'MINID') [trim, index] = trimOf(parameters, index);
    else break;
  }
  const [id = '', ...fields] = parameters.slice(index);
  if (fields.length === 0 || fields.length % 2 !== 0) fail("ERR wrong number of arguments for 'xadd' command");
  const found = keys.stream(key);
  if (found === undefined && !mayCreate) return null;
  const next = nextId(id, found ?? new Stream(), nowMs());
  const stream = keys.orNew(key, found, () => new Stream());
  if (compareIds(next, stream.lastId) <= 0) fail(NOT_GREATER);
  stream.append({ id: next, fields });
  if (trim !== null) stream.trim(trim);
  keys.changed(key);
  return formatId(next);
}

export interface ReadOptions {
  readonly count: number;
  /** Null when the command does not block. 0: no timeout. */
  readonly blockMs: number | null;
  readonly noAck: boolean;
  readonly streams: readonly (readonly [key: string, id: string])[];
  /** Returns the parameters with other identifiers. */
  withIds(ids: readonly string[]): readonly string[];
}

/** Parses the parameters that XREAD and XREADGROUP share. */
export function readOptions(parameters: readonly string[], command: string): ReadOptions {
  let [count, block, noAck, index] = [Infinity, null as number | null, false, 0];
  for (; index < parameters.length && word(parameters[index]) !== 'STREAMS'; index += 1) {
    const option = word(parameters[index]);
    if (option === 'COUNT') count = integer(parameters[(index += 1)]);
    else if (option === 'BLOCK') block = timeoutFromMs(parameters[(index += 1)]);
    else if (option === 'NOACK' && command === 'xreadgroup') noAck = true;
    else fail(SYNTAX);
  }
  const rest = parameters.slice(index + 1);
  if (rest.length === 0) fail(SYNTAX);
  if (rest.length % 2 !== 0)
    fail(`ERR Unbalanced '${command}' list of streams: for each stream key an ID or '$' must be specified.`);
  const half = rest.length / 2;
  return {
    count: count <= 0 ? Infinity : count,
    blockMs: block,
    noAck,
    streams: rest.slice(0, half).map((key, at) => [key, rest[half + at] ?? '']),
    withIds: (ids) => [...parameters.slice(0, index + 1 + half), ...ids],
  };
}

function read(parameters: readonly string[], context: CommandContext): Reply | Wait {
  const { keys, mayWait } = context;
  const options = readOptions(parameters, 'xread');
  const requests = options.streams.map(([key, id]) => {
    const stream = keys.stream(key);
    return { key, stream, after: id === '$' ? (stream?.lastId ?? ZERO) : idOf(id) };
  });
  const found = requests.flatMap(({ key, stream, after }): Reply[] => {
    const entries = stream?.after(after, options.count) ?? [];
    return entries.length === 0 ? [] : [[key, entries.map(show)]];
  });
  if (found.length > 0) return found;
  if (options.blockMs === null || !mayWait) return null;
  const names = requests.map(({ key }) => key);
  return new Wait(names, options.blockMs, options.withIds(requests.map(({ after }) => formatId(after))));
}

function countOf(option: string | undefined, count: string | undefined): number {
  if (option === undefined) return Infinity;
  return word(option) === 'COUNT' ? integer(count) : fail(SYNTAX);
}

export const STREAMS: Commands = {
  xadd: addEntry,
  xlen: ([key = ''], { keys }) => keys.stream(key)?.entries.length ?? 0,
  xrange([key = '', from, to, option, count], { keys }) {
    const [low, high] = [boundOf(from, true), boundOf(to, false)];
    return (keys.stream(key)?.range(low, high, countOf(option, count)) ?? []).map(show);
  },
  xrevrange([key = '', to, from, option, count], { keys }) {
    const [low, high, most] = [boundOf(from, true), boundOf(to, false), countOf(option, count)];
    const found = (keys.stream(key)?.range(low, high) ?? []).toReversed();
    return found.slice(0, most).map(show);
  },
  xread: read,
  xdel([key = '', ...ids], { keys }) {
    const parsed = ids.map((id) => idOf(id));
    const stream = keys.stream(key);
    const removed = parsed.filter((id) => stream?.delete(id) === true).length;
    if (removed > 0) keys.changed(key);
    return removed;
  },
  xtrim([key = '', ...options], { keys }) {
    if (!['MAXLEN', 'MINID'].includes(word(options[0]))) fail(SYNTAX);
    const [trim] = trimOf(options, 0);
    const removed = keys.stream(key)?.trim(trim) ?? 0;
    if (removed > 0) keys.changed(key);
    return removed;
  },
  xsetid([key = '', id], { keys }) {
    const stream = keys.stream(key) ?? fail('ERR no such key');
    const next = idOf(id);
    const newest = stream.entries.at(-1);
    if (newest !== undefined && compareIds(next, newest.id) < 0)
      fail('ERR The ID specified in XSETID is smaller than the target stream top item');
    stream.lastId = next;
    return OK;
  },
};
