/** Which keys a command reads as GET does: one that is not there is a miss, which has an event. */
import { errorCode } from '../../model/error-text.ts';
import { isHyperLogLog } from '../../model/bits/hyperloglog.ts';
import type { Value } from '../../model/keyspace.ts';
import type { RedisError } from '../../model/reply.ts';
import { SortedSet } from '../../model/sorted-set.ts';
import { infoFor } from '../command-table.ts';

type KeysRead = (keys: readonly string[], parameters: readonly string[]) => readonly string[];

const all: KeysRead = (keys) => keys;
const first: KeysRead = (keys) => keys.slice(0, 1);
const behindFirst: KeysRead = (keys) => keys.slice(1);
const none: KeysRead = () => [];
const unless =
  (word: RegExp): KeysRead =>
  (keys, parameters) =>
    parameters.some((parameter) => word.test(parameter)) ? [] : keys;

/** Commands that do not read exactly if they are read-only. */
const EXCEPTIONS: ReadonlyMap<string, KeysRead> = new Map<string, KeysRead>([
  ['getset', all],
  ['getdel', all],
  ['getex', all],
  ['set', (keys, [, , ...options]) => (options.some((option) => /^get$/i.test(option)) ? keys : [])],
  ['xack', all],
  // They report the keys that they have read.
  ['xread', none],
  ['xreadgroup', none],
  ['xclaim', all],
  ['xautoclaim', all],
  ['pfmerge', all],
  ['sort', first],
  ['georadius', first],
  ['georadiusbymember', first],
  ['geosearchstore', behindFirst],
  ['zrangestore', behindFirst],
  ['bitop', behindFirst],
  ['sunionstore', behindFirst],
  ['sinterstore', behindFirst],
  ['sdiffstore', behindFirst],
  ['zunionstore', behindFirst],
  ['zinterstore', behindFirst],
  ['zdiffstore', behindFirst],
  ['bitfield', unless(/^(?:set|incrby)$/i)],
  ['copy', first],
  ['object', none],
  ['memory', none],
]);

export function keysRead(name: string, parameters: readonly string[], keys: readonly string[]): readonly string[] {
  const exception = EXCEPTIONS.get(name);
  if (exception !== undefined) return exception(keys, parameters);
  return infoFor(name, parameters[0])?.flags.includes('readonly') === true ? keys : [];
}

/** Commands that read their keys before they look at their options. */
const READ_FIRST = /^(?:geo(?!dist)|lcs$|xclaim$|xautoclaim$|z(?:inter|union|diff))/;

/** Whether a command has read its keys before it failed. */
export function readsBefore(error: RedisError, name: string): boolean {
  return READ_FIRST.test(name) || isMissing(error) || isWrongType(error);
}

export function isWrongType({ message }: RedisError): boolean {
  return errorCode(message) === 'WRONGTYPE';
}

/** Commands that read one key after the other, and fail at the first of another type. */
const IN_TURN: readonly (readonly [names: RegExp, accepts: (value: Value) => boolean])[] = [
  [/^s(?:union|inter|diff)/, (value) => value instanceof Set],
  [/^z(?:union|inter|diff)/, (value) => value instanceof Set || value instanceof SortedSet],
  [/^bitop$/, (value) => typeof value === 'string'],
  [/^pf(?:count|merge)$/, (value) => typeof value === 'string' && isHyperLogLog(value)],
];

/** The keys that a command has read when it fails because of a key's type. */
export function keysUntilWrongType(
  name: string,
  keys: readonly string[],
  valueOf: (key: string) => Value | undefined,
): readonly string[] {
  const accepts = IN_TURN.find(([names]) => names.test(name))?.[1];
  if (accepts === undefined) return [];
  const end = keys.findIndex((key) => {
    const value = valueOf(key);
    return value !== undefined && !accepts(value);
  });
  return keys.slice(0, end < 0 ? undefined : end);
}

/** Whether a command failed at the first key that is not there. */
export function isMissing({ message }: RedisError): boolean {
  return errorCode(message) === 'NOGROUP' || message === 'ERR no such key';
}
