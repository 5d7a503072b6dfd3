/**
 * What a command is, and how its parameters are read. The texts of errors are those of a real
 * server.
 */
import type { Keyspace } from './keyspace.ts';
import { fail, type Reply, type Wait } from './reply.ts';

export interface CommandContext {
  readonly keys: Keyspace;
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1); `label` says for what. */
  fraction(label: string): number;
  /** False within a transaction and within a script: there, nothing waits. */
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

/** An integer small enough to count with; Redis' own have 64 bits. */
export function integer(text: string | undefined, otherwise = NOT_AN_INTEGER): number {
  return isInteger(text) ? Number(text) : fail(otherwise);
}

export function atLeastZero(text: string | undefined): number {
  const value = isInteger(text) ? Number(text) : -1;
  return value >= 0 ? value : fail('ERR value is out of range, must be positive');
}

/** How many keys follow. */
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

/** As Redis writes a number with a fraction. */
export function formatFloat(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  if (Object.is(value, -0)) return '-0';
  if (Math.abs(value) < 1e17 || !Number.isFinite(value)) return String(value);
  return value.toExponential();
}

/** The sum of two integers of 64 bits. */
export function add(current: string, by: string, otherwise = NOT_AN_INTEGER): string {
  if (!isInteger(current)) fail(otherwise);
  if (!isInteger(by)) fail(NOT_AN_INTEGER);
  if (current.length < 15 && by.length < 15) return String(Number(current) + Number(by));
  const sum = BigInt(current) + BigInt(by);
  return BigInt.asIntN(64, sum) === sum ? String(sum) : fail('ERR increment or decrement would overflow');
}

/** The parameter in upper case, for words that are no data. */
export function word(text: string | undefined): string {
  return text === undefined ? '' : text.toUpperCase();
}

/**
 * Where a range from `start` to `end`, both may count from the end, begins and ends (exclusive) in
 * so many.
 */
export function span(start: number, end: number, count: number): readonly [from: number, to: number] {
  const from = start < 0 ? Math.max(0, count + start) : start;
  const to = end < 0 ? count + end + 1 : Math.min(count, end + 1);
  return [from, Math.max(from, to)];
}
