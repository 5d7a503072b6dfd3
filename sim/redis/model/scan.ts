/**
 * SCAN and its variants. The cursor is the index at which to continue. A scan returns every name
 * that exists all the time at least once only while no name is added or removed. (A real server
 * guarantees it always.)
 */
import { bytesOf } from './bytes.ts';
import { integer, SYNTAX, word } from './command.ts';
import { matcher } from './pattern.ts';
import { fail, type Reply } from './reply.ts';
import { UINT64_MAX } from './numbers/wide.ts';

export interface Scanned {
  readonly names: readonly string[];
  /** Whether one call returns everything, whatever its cursor and count. */
  readonly isWhole: boolean;
  /** Returns what the reply contains for a name: the name, perhaps with its value, or nothing. */
  show(name: string, type: string | null): readonly string[];
  /** Whether the option TYPE is allowed. */
  readonly takesType?: boolean;
}

const COMPACT_ENTRIES_MAX = 128;
const COMPACT_BYTES_MAX = 64;

/** Whether Redis stores such a hash as a list, which SCAN does not split. */
export function isCompact(size: number, texts: readonly string[]): boolean {
  return (
    size <= COMPACT_ENTRIES_MAX &&
    texts.every((text) => text.length <= COMPACT_BYTES_MAX && bytesOf(text).length <= COMPACT_BYTES_MAX)
  );
}

/** Parses as C's `strtoul` does: it takes a sign and an empty text, and stops at a NUL. */
function cursorOf(given: string | undefined): number {
  const text = given?.split('\0', 1)[0];
  if (text === undefined || !/^(?:[+-]?\d+)?$/.test(text)) return fail('ERR invalid cursor');
  const value = text === '' ? 0n : BigInt(text.replace(/^[+-]/, ''));
  if (value > UINT64_MAX) return fail('ERR invalid cursor');
  return Number(text.startsWith('-') ? BigInt.asUintN(64, -value) : value);
}

/** `find` returns null for a missing key. Its options are then not looked at. */
export function scan(cursor: string | undefined, options: readonly string[], find: () => Scanned | null): Reply {
  const from = cursorOf(cursor);
  const scanned = find();
  if (scanned === null) return ['0', []];
  let [pattern, count, type] = ['*', 10, null as string | null];
  for (let index = 0; index < options.length; index += 2) {
    const [option, value] = [word(options[index]), options[index + 1] ?? fail(SYNTAX)];
    if (option === 'MATCH') pattern = value;
    else if (option === 'COUNT') {
      count = integer(value);
      if (count < 1) fail(SYNTAX);
    } else if (option === 'TYPE' && scanned.takesType === true) type = value.toLowerCase();
    else fail(SYNTAX);
  }
  const { names, isWhole, show } = scanned;
  const to = isWhole ? names.length : from + count;
  const matches = pattern === '*' ? () => true : matcher(pattern);
  const found = names.slice(isWhole ? 0 : from, to).filter((name) => matches(name));
  return [to < names.length ? String(to) : '0', found.flatMap((name) => [...show(name, type)])];
}
