/** Commands on the entries of a stream. */
import { type Commands, integer, SYNTAX, type CommandContext, wideInteger, word, wrongNumber } from '../command.ts';
import { fail, NULL_LIST, OK, type Reply } from '../reply.ts';
import { Stream, type StreamEntry, type Trim } from './stream.ts';
import { compareIds, formatId, idAfter, GREATEST, type StreamId, ZERO } from './stream-id.ts';
import { boundOf, idOf, unsignedOf } from './stream-ids.ts';
import type { Settings } from '../settings/settings.ts';
import type { NodeLimits } from './stream-nodes.ts';
import { plus, UINT64_MAX, type Wide } from '../numbers/wide.ts';

/** How many entries `~` trims without LIMIT, at most, and if nodes have any number of entries. */
const [TRIMMED_MAX, TRIMMED_DEFAULT] = [1_000_000, 10_000];

const NOT_GREATER = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';
/** Redis 7.0 answers this, too, if a millisecond has no sequence number left. */
const TOO_LARGE = 'ERR Elements are too large to be stored';

export function show({ id, fields }: Pick<StreamEntry, 'id' | 'fields'>): Reply {
  return [formatId(id), fields];
}

interface EntryOptions {
  trim: Trim | null;
  isApproximate: boolean;
  /** Null without LIMIT. */
  limit: number | null;
  mayCreate: boolean;
  /** Index of the first parameter that is not an option. */
  next: number;
}

/** Parses `MAXLEN [=|~] n` or `MINID [=|~] id` at `start`. Returns the index of its value. */
function parseTrim(parameters: readonly string[], start: number, options: EntryOptions): number {
  if (options.trim !== null) fail('ERR syntax error, MAXLEN and MINID options at the same time are not compatible');
  const [next, hasMore] = [parameters[start + 1], start + 2 < parameters.length];
  options.isApproximate = hasMore && next === '~';
  const at = hasMore && (next === '~' || next === '=') ? start + 2 : start + 1;
  if (word(parameters[start]) === 'MINID') options.trim = { from: idOf(parameters[at]) };
  else {
    const length = integer(parameters[at]);
    options.trim = { length: length < 0 ? fail('ERR The MAXLEN argument must be >= 0.') : length };
  }
  return at;
}

/** Parses the options of XADD, which end before the identifier, or those of XTRIM. */
function entryOptions(parameters: readonly string[], isAdd: boolean): EntryOptions {
  const options: EntryOptions = { trim: null, isApproximate: false, limit: null, mayCreate: true, next: 0 };
  let index = 0;
  for (; index < parameters.length; index += 1) {
    const option = word(parameters[index]);
    const hasValue = index + 1 < parameters.length;
    if ((option === 'MAXLEN' || option === 'MINID') && hasValue) index = parseTrim(parameters, index, options);
    else if (option === 'LIMIT' && hasValue) {
      options.limit = integer(parameters[(index += 1)]);
      if (options.limit < 0) fail('ERR The LIMIT argument must be >= 0.');
    } else if (isAdd && option === 'NOMKSTREAM') options.mayCreate = false;
    else if (isAdd) break;
    else fail(SYNTAX);
  }
  options.next = index;
  return options;
}

function validateTrim({ trim, limit, isApproximate }: EntryOptions, isAdd: boolean): void {
  if (limit !== null && limit !== 0 && trim === null)
    fail('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy');
  if (!isAdd && trim === null) fail('ERR syntax error, XTRIM must be called with a trimming strategy');
  if (limit !== null && !isApproximate) fail('ERR syntax error, LIMIT cannot be used without the special ~ option');
}

const limitsOf = (settings: Settings): NodeLimits => ({
  entries: settings.number('stream-node-max-entries'),
  bytes: settings.number('stream-node-max-bytes'),
});

/** Returns the number of removed entries. */
function trim(stream: Stream, { trim: to, isApproximate, limit }: EntryOptions, settings: Settings): number {
  if (to === null) return 0;
  if (!isApproximate) return stream.trim(to, null);
  const { entries } = limitsOf(settings);
  return stream.trim(to, limit ?? Math.min(TRIMMED_MAX, entries === 0 ? TRIMMED_DEFAULT : 100 * entries));
}

/** An identifier that XADD is given. Null: the server chooses it, or its sequence number. */
interface NewId {
  readonly ms: Wide | null;
  readonly sequence: Wide | null;
}

function newIdOf(text: string): NewId {
  if (text === '*') return { ms: null, sequence: null };
  const ms = text.endsWith('-*') ? unsignedOf(text.slice(0, -2)) : null;
  return ms === null ? idOf(text) : { ms, sequence: null };
}

function nextId({ ms, sequence }: NewId, { lastId }: Stream, nowMs: number): StreamId {
  if (ms === null) return nowMs > lastId.ms ? { ms: nowMs, sequence: 0 } : (idAfter(lastId) ?? fail(NOT_GREATER));
  if (sequence !== null) return { ms, sequence };
  if (ms !== lastId.ms) return { ms, sequence: 0 };
  return lastId.sequence === UINT64_MAX ? fail(TOO_LARGE) : { ms, sequence: plus(lastId.sequence, 1) };
}

function addEntry([key = '', ...parameters]: readonly string[], { keys, nowMs, settings }: CommandContext): Reply {
  const options = entryOptions(parameters, true);
  const [id, ...fields] = parameters.slice(options.next);
  const newId = id === undefined ? null : newIdOf(id);
  validateTrim(options, true);
  if (newId === null || fields.length === 0 || fields.length % 2 !== 0) return wrongNumber('xadd');
  if (newId.ms === 0 && newId.sequence === 0) fail('ERR The ID specified in XADD must be greater than 0-0');
  const found = keys.stream(key);
  if (found === undefined && !options.mayCreate) return null;
  if (found !== undefined && compareIds(found.lastId, GREATEST) === 0)
    fail('ERR The stream has exhausted the last possible ID, unable to add more items');
  const next = nextId(newId, found ?? new Stream(), nowMs());
  if (compareIds(next, found?.lastId ?? ZERO) <= 0) fail(NOT_GREATER);
  const stream = keys.orNew(key, found, () => new Stream());
  stream.append({ id: next, fields }, limitsOf(settings));
  trim(stream, options, settings);
  keys.changed(key);
  keys.streamIsReady(key);
  return formatId(next);
}

/** Parses `[COUNT n]`, which may be repeated. Null without it. */
function countOf(options: readonly string[]): number | null {
  let count: number | null = null;
  for (let index = 0; index < options.length; index += 2) {
    if (word(options[index]) !== 'COUNT' || index + 1 === options.length) fail(SYNTAX);
    count = Math.max(0, integer(options[index + 1]));
  }
  return count;
}

export const STREAMS: Commands = {
  xadd: addEntry,
  xlen: ([key = ''], { keys }) => keys.stream(key)?.entries.length ?? 0,
  xrange([key = '', from, to, ...options], { keys }) {
    const [low, high, count] = [boundOf(from, true), boundOf(to, false), countOf(options)];
    const stream = keys.stream(key);
    if (stream === undefined) return [];
    return count === 0 ? NULL_LIST : stream.range(low, high, count ?? Infinity).map(show);
  },
  xrevrange([key = '', to, from, ...options], { keys }) {
    const [low, high, count] = [boundOf(from, true), boundOf(to, false), countOf(options)];
    const stream = keys.stream(key);
    if (stream === undefined) return [];
    if (count === 0) return NULL_LIST;
    const found = stream.range(low, high).toReversed();
    return found.slice(0, count ?? undefined).map(show);
  },
  xdel([key = '', ...ids], { keys }) {
    const stream = keys.stream(key);
    if (stream === undefined) return 0;
    const parsed = ids.map((id) => idOf(id));
    const removed = parsed.filter((id) => stream.delete(id)).length;
    if (removed > 0) keys.changed(key);
    return removed;
  },
  xtrim([key = '', ...parameters], { keys, settings }) {
    const options = entryOptions(parameters, false);
    validateTrim(options, false);
    const stream = keys.stream(key);
    const removed = stream === undefined ? 0 : trim(stream, options, settings);
    if (removed > 0) keys.changed(key);
    return removed;
  },
  xsetid([key = '', id, ...options], { keys }) {
    const next = idOf(id);
    let [added, maxDeleted] = [null as Wide | null, ZERO];
    for (let index = 0; index < options.length; index += 2) {
      const [option, value] = [word(options[index]), options[index + 1] ?? fail(SYNTAX)];
      if (option === 'ENTRIESADDED') {
        added = wideInteger(value);
        if (added < 0) fail('ERR entries_added must be positive');
      } else if (option === 'MAXDELETEDID') {
        maxDeleted = idOf(value);
        if (compareIds(next, maxDeleted) < 0)
          fail('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id');
      } else fail(SYNTAX);
    }
    const stream = keys.stream(key) ?? fail('ERR no such key');
    const newest = stream.entries.at(-1);
    if (newest !== undefined && compareIds(next, newest.id) < 0)
      fail('ERR The ID specified in XSETID is smaller than the target stream top item');
    if (added !== null && newest !== undefined && stream.entries.length > added)
      fail('ERR The entries_added specified in XSETID is smaller than the target stream length');
    stream.lastId = next;
    if (added !== null) stream.added = added;
    if (compareIds(maxDeleted, ZERO) !== 0) stream.maxDeletedId = maxDeleted;
    return OK;
  },
};
