/**
 * Parsers for the values of flags. Each throws commander's InvalidArgumentError, which says what is
 * expected.
 */
import { InvalidArgumentError } from 'commander';
import { parseSeed, type Seed } from '../kernel/seed.ts';
import { unknownFault } from '../project/unknown-fault.ts';
import { parseShard, type Shard } from '../search/shard.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION_MS_MAX = 30 * 24 * 3_600_000;

/** A parser of whole numbers from `min` to `max`. */
export function countBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}

/** Parses `500ms`, `10s`, `1.5m` or `2h`. Returns milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (ms >= 1 && ms <= DURATION_MS_MAX) return ms;
  throw new InvalidArgumentError('Give a time of at least 1ms and at most 720h, such as 500ms, 10s, 2m or 1h.');
}

/** The shortest text that `parseDuration` parses to the same time, rounded to a millisecond. */
export function durationText(ms: number): string {
  const exact = Math.max(1, Math.round(ms));
  const [unit = 'ms', size = 1] = Object.entries(UNITS_MS).findLast(([, unitMs]) => exact % unitMs === 0) ?? [];
  return `${exact / size}${unit}`;
}

/** Parses `redis,-redis-stall`. */
export function parseFaults(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    const problem = unknownFault(name);
    if (problem !== null) throw new InvalidArgumentError(`It has ${problem}.`);
  }
  return names;
}

/** Parses `client-2,node-1`. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Give names of clients and nodes, such as client-2,node-1.');
}

export function parseText(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Give a text to look for.');
}

export function parseId(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Give the id of a variant.');
}

export function parseSeedValue(text: string): Seed {
  const seed = parseSeed(text);
  if (seed !== null) return seed;
  throw new InvalidArgumentError('Give 0x and 1 to 16 hexadecimal digits, such as 0x5f21c0de.');
}

/** Rejects a second value of a flag without a default; commander would use the last one. */
export function once<Value>(parse: (text: string) => Value): (text: string, previous?: Value) => Value {
  return (text, previous) => {
    if (previous === undefined) return parse(text);
    throw new InvalidArgumentError('Give it only once.');
  };
}

export function parseShardValue(text: string): Shard {
  const shard = parseShard(text);
  if (shard !== null) return shard;
  throw new InvalidArgumentError('Give the shard and the number of shards, from 1/1 to 10000/10000, such as 2/3.');
}
