/** OBJECT: how a real server would store a value. Sizes decide, which CONFIG may set. */
import { bytesOf } from '../bytes.ts';
import { type Commands, type CommandContext, word } from '../command.ts';
import type { Value } from '../keyspace.ts';
import { isInteger } from '../numbers/wide.ts';
import { fail, refuse, type Reply } from '../reply.ts';
import type { Settings } from '../settings/settings.ts';
import { SortedSet } from '../sorted-set.ts';
import { Stream } from '../streams/stream.ts';

/** Longer strings are stored apart from their object. */
const EMBEDDED_MAX = 44;

const sizeOf = (text: string): number => bytesOf(text).length;

function isPacked(texts: readonly string[], count: number, kind: string, settings: Settings): boolean {
  const [entriesMax, valueMax] = ['entries', 'value'].map((what) => settings.number(`${kind}-max-listpack-${what}`));
  return count <= (entriesMax ?? 0) && texts.every((text) => sizeOf(text) <= (valueMax ?? 0));
}

export function encodingOf(value: Value, settings: Settings): string {
  if (typeof value === 'string') return isInteger(value) ? 'int' : sizeOf(value) <= EMBEDDED_MAX ? 'embstr' : 'raw';
  if (Array.isArray(value)) return 'quicklist';
  if (value instanceof Set)
    return value.size <= settings.number('set-max-intset-entries') && [...value].every(isInteger)
      ? 'intset'
      : 'hashtable';
  if (value instanceof Map) return isPacked([...value].flat(), value.size, 'hash', settings) ? 'listpack' : 'hashtable';
  if (value instanceof SortedSet) return value.isSkipList ? 'skiplist' : 'listpack';
  return value instanceof Stream ? 'stream' : 'raw';
}

/** Small integers are shared by all keys, and count as used by the largest possible number. */
const SHARED_MAX = 10_000;
const SHARED_COUNT = 2_147_483_647;

function countOf(value: Value): number {
  return typeof value === 'string' && isInteger(value) && Number(value) >= 0 && Number(value) < SHARED_MAX
    ? SHARED_COUNT
    : 1;
}

function describe(what: string, key: string, { keys, settings }: CommandContext): Reply {
  const value = keys.value(key);
  if (value === undefined) return null;
  if (what === 'ENCODING') return encodingOf(value, settings);
  if (what === 'REFCOUNT') return countOf(value);
  const isFrequency = settings.value('maxmemory-policy').endsWith('lfu');
  if (what === 'FREQ' && !isFrequency)
    fail(
      'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
    );
  if (what === 'IDLETIME' && isFrequency)
    fail(
      'ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
    );
  return refuse(`object ${what.toLowerCase()}`);
}

export const OBJECTS: Commands = {
  object: ([subcommand, key = ''], context) => describe(word(subcommand), key, context),
};
