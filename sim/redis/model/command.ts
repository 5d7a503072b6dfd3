/**
 * What a command is, and how its parameters are parsed. The error texts are those of a real server.
 */
import { isOutOfRange, parseDouble } from './numbers/doubles.ts';
import type { Keyspace } from './keyspace.ts';
import { fail, type Reply, type Wait } from './reply.ts';
import type { Settings } from './settings/settings.ts';
import type { ClientCounts, Statistics } from './information/statistics.ts';
import { INT64_MAX, isInt64, isInteger, plus, type Wide, wideOf } from './numbers/wide.ts';

/** What a command works on. */
export interface CommandContext {
  readonly keys: Keyspace;
  /** The databases of the server, by number, and the number of the current one. */
  readonly databases: readonly Keyspace[];
  readonly database: number;
  readonly settings: Settings;
  readonly statistics: Statistics;
  clients(): ClientCounts;
  /** Number of scripts that the server knows. */
  scriptCount(): number;
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1). Values are drawn and counted by `label`. */
  fraction(label: string): number;
  /** Whether the command may block. False within a transaction or a script. */
  readonly mayWait: boolean;
  readonly isScript: boolean;
  /** The server follows another one, and accepts no writes. */
  readonly isReplica: boolean;
}

export type Command = (parameters: readonly string[], context: CommandContext) => Reply | Wait;

export type Commands = Readonly<Record<string, Command>>;

export const SYNTAX = 'ERR syntax error';
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const NOT_A_FLOAT = 'ERR value is not a valid float';

/** For integers of which only the order of magnitude matters beyond those that fit a number. */
export function integer(text: string | undefined, otherwise = NOT_AN_INTEGER): number {
  return isInteger(text) ? Number(text) : fail(otherwise);
}

/** For exact 64-bit integers. */
export function wideInteger(text: string | undefined, otherwise = NOT_AN_INTEGER): Wide {
  return isInteger(text) ? wideOf(text) : fail(otherwise);
}

/** `low` and `high` are inclusive. */
export function integerWithin(text: string | undefined, low: Wide, high: Wide, otherwise?: string): number {
  const value = wideInteger(text, otherwise);
  if (value < low || value > high)
    return fail(otherwise ?? `ERR value is out of range, value must between ${low} and ${high}`);
  return Number(value);
}

export function atLeastZero(
  text: string | undefined,
  otherwise = 'ERR value is out of range, must be positive',
): number {
  return integerWithin(text, 0, INT64_MAX, otherwise);
}

/** The parameter `numkeys`. */
export function keyCount(text: string | undefined): number {
  return integerWithin(text, 1, INT64_MAX, 'ERR numkeys should be greater than 0');
}

/** `[COUNT count]`, with which LMPOP and its variants end. */
export function popCount(options: readonly string[]): number {
  if (options.length === 0) return 1;
  if (word(options[0]) !== 'COUNT' || options.length === 1) fail(SYNTAX);
  const count = integerWithin(options[1], 1, INT64_MAX, 'ERR count should be greater than 0');
  return options.length === 2 ? count : fail(SYNTAX);
}

/** `[LIMIT limit]`, which may be repeated. 0: no limit. */
export function limitOf(options: readonly string[]): number {
  let limit = 0;
  for (let index = 0; index < options.length; index += 2) {
    if (word(options[index]) !== 'LIMIT' || index + 1 === options.length) fail(SYNTAX);
    limit = atLeastZero(options[index + 1], "ERR LIMIT can't be negative");
  }
  return limit;
}

export function wrongNumber(name: string): never {
  return fail(`ERR wrong number of arguments for '${name}' command`);
}

export function float(text: string | undefined, otherwise = NOT_A_FLOAT): number {
  const value = text === undefined ? NaN : parseDouble(text);
  return text === undefined || Number.isNaN(value) || isOutOfRange(text, value) ? fail(otherwise) : value;
}

/** Adds 64-bit integers. */
export function add(current: string, by: Wide, otherwise = NOT_AN_INTEGER): Wide {
  const sum = plus(wideInteger(current, otherwise), by);
  return isInt64(sum) ? sum : fail('ERR increment or decrement would overflow');
}

/** Normalizes an option or subcommand to upper case. */
export function word(text: string | undefined): string {
  return text === undefined ? '' : text.toUpperCase();
}

/**
 * Resolves a range of indexes. Negative indexes count from the end; `end` is inclusive, `to`
 * exclusive.
 */
export function span(start: number, end: number, count: number): readonly [from: number, to: number] {
  const from = Math.min(count, start < 0 ? Math.max(0, count + start) : start);
  const to = end < 0 ? count + end + 1 : Math.min(count, end + 1);
  return [from, Math.max(from, to)];
}
