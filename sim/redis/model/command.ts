/**
 * What a command is, and how its parameters are parsed. The error texts are those of a real server.
 */
import type { Keyspace } from './keyspace.ts';
import { fail, type Reply, type Wait } from './reply.ts';
import type { Settings } from './settings/settings.ts';

/** What a command works on. */
export interface CommandContext {
  readonly keys: Keyspace;
  /** The databases of the server, by number, and the number of the current one. */
  readonly databases: readonly Keyspace[];
  readonly database: number;
  readonly settings: Settings;
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1). Values are drawn and counted by `label`. */
  fraction(label: string): number;
  /** Whether the command may block. False within a transaction or a script. */
  readonly mayWait: boolean;
}

export type Command = (parameters: readonly string[], context: CommandContext) => Reply | Wait;

export type Commands = Readonly<Record<string, Command>>;

export const SYNTAX = 'ERR syntax error';
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const NOT_A_FLOAT = 'ERR value is not a valid float';

const INTEGER = /^(0|-?[1-9]\d{0,18})$/;

export function isInteger(text: string | undefined): text is string {
  if (text === undefined || !INTEGER.test(text)) return false;
  return text.length < 16 || BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** For integers that fit a number. Redis' own have 64 bits: see `add`. */
export function integer(text: string | undefined, otherwise = NOT_AN_INTEGER): number {
  return isInteger(text) ? Number(text) : fail(otherwise);
}

export function atLeastZero(text: string | undefined): number {
  const value = isInteger(text) ? Number(text) : -1;
  return value >= 0 ? value : fail('ERR value is out of range, must be positive');
}

/** The parameter `numkeys`. */
export function keyCount(text: string | undefined): number {
  const count = integer(text);
  return count > 0 ? count : fail('ERR numkeys should be greater than 0');
}

export function float(text: string | undefined, otherwise = NOT_A_FLOAT): number {
  if (text === undefined || text === '' || text.trim() !== text) return fail(otherwise);
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  const value = infinite === null ? Number(text) : infinite[1] === '-' ? -Infinity : Infinity;
  return Number.isNaN(value) ? fail(otherwise) : value;
}

/** Formats a double as Redis does. */
export function formatFloat(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  if (Object.is(value, -0)) return '-0';
  if (Math.abs(value) < 1e17 || !Number.isFinite(value)) return String(value);
  return value.toExponential();
}

/** Adds 64-bit integers. */
export function add(current: string, by: string, otherwise = NOT_AN_INTEGER): string {
  if (!isInteger(current)) fail(otherwise);
  if (!isInteger(by)) fail(NOT_AN_INTEGER);
  if (current.length < 15 && by.length < 15) return String(Number(current) + Number(by));
  const sum = BigInt(current) + BigInt(by);
  return BigInt.asIntN(64, sum) === sum ? String(sum) : fail('ERR increment or decrement would overflow');
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
  const from = start < 0 ? Math.max(0, count + start) : start;
  const to = end < 0 ? count + end + 1 : Math.min(count, end + 1);
  return [from, Math.max(from, to)];
}
