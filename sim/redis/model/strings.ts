/** Commands on strings. */
import { bytesOf, textOf } from './bytes.ts';
import {
  add,
  type Commands,
  integer,
  integerWithin,
  SYNTAX,
  type CommandContext,
  wideInteger,
  word,
} from './command.ts';
import { type ExpiryOption, expiryTimeOf, hasPassed, isExpiry } from './expiry.ts';
import { addLongDoubles, isLongDouble } from './numbers/long-doubles.ts';
import { fail, OK, type Reply } from './reply.ts';
import { INT64_MIN, minus, type Wide } from './numbers/wide.ts';

/** The longest string of a real server: the default of `proto-max-bulk-len`. */
const BYTES_MAX = 512 * 1024 * 1024;
/** The longest string that the model stores. */
const SIMULATED_BYTES_MAX = 64 * 1024 * 1024;

interface ValueOptions {
  condition: 'NX' | 'XX' | null;
  get: boolean;
  keepsExpiry: boolean;
  persists: boolean;
  expiry: ExpiryOption | null;
}

/** Parses the options of SET, or those of GETEX. */
function valueOptions(options: readonly string[], name: 'set' | 'getex'): ValueOptions {
  const found: ValueOptions = { condition: null, get: false, keepsExpiry: false, persists: false, expiry: null };
  const isSet = name === 'set';
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    const at = options[index + 1];
    if (isSet && (option === 'NX' || option === 'XX') && (found.condition ?? option) === option)
      found.condition = option;
    else if (isSet && option === 'GET') found.get = true;
    else if (isSet && option === 'KEEPTTL' && found.expiry === null) found.keepsExpiry = true;
    else if (!isSet && option === 'PERSIST' && found.expiry === null) found.persists = true;
    else if (isExpiry(option) && at !== undefined && mayExpire(found, option)) {
      found.expiry = { unit: option, at };
      index += 1;
    } else fail(SYNTAX);
  }
  return found;
}

/** An option such as EX may be repeated, but not be combined with the others. */
const mayExpire = ({ expiry, keepsExpiry, persists }: ValueOptions, option: string): boolean =>
  !keepsExpiry && !persists && (expiry?.unit ?? option) === option;

/** Slices by bytes, which may cut a character in two. */
function slice(text: string, start: number, end: number): string {
  const bytes = bytesOf(text);
  if (start < 0 && end < 0 && start > end) return '';
  const from = start < 0 ? Math.max(0, bytes.length + start) : start;
  const to = end < 0 ? Math.max(0, bytes.length + end) + 1 : end + 1;
  return textOf(bytes.subarray(from, Math.max(from, to)));
}

/** Fails unless a string may have this number of bytes. */
function checkLength(count: number, name: string): void {
  if (count > BYTES_MAX) fail('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
  if (count > SIMULATED_BYTES_MAX) fail(`ERR '${name}' beyond 64 MiB is not simulated`);
}

function increment(key: string, by: Wide, { keys }: CommandContext): Reply {
  const sum = add(keys.string(key) ?? '0', by);
  keys.replace(key, String(sum));
  return sum;
}

function setAt(
  name: string,
  unit: 'EX' | 'PX',
  [key = '', at = '', value = '']: readonly string[],
  context: CommandContext,
) {
  context.keys.set(key, value, expiryTimeOf({ unit, at }, name, context));
  return OK;
}

function setMany(pairs: readonly string[], name: string, { keys }: CommandContext, unless: boolean): boolean {
  if (pairs.length % 2 !== 0) fail(`ERR wrong number of arguments for '${name}' command`);
  if (unless && pairs.some((key, index) => index % 2 === 0 && keys.has(key))) return false;
  for (let index = 0; index < pairs.length; index += 2) keys.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  return true;
}

export const STRINGS: Commands = {
  set([key = '', value = '', ...rest], context) {
    const { keys } = context;
    if (rest.length === 0) {
      keys.set(key, value);
      return OK;
    }
    const { condition, get, keepsExpiry, expiry } = valueOptions(rest, 'set');
    const expiresAtMs = expiry === null ? null : expiryTimeOf(expiry, 'set', context);
    const before = get ? (keys.string(key) ?? null) : null;
    const row = keys.row(key);
    const isRefused = (condition === 'NX' && row !== undefined) || (condition === 'XX' && row === undefined);
    if (!isRefused) keys.set(key, value, keepsExpiry ? (row?.expiresAtMs ?? null) : expiresAtMs);
    if (get) return before;
    return isRefused ? null : OK;
  },
  get: ([key = ''], { keys }) => keys.string(key) ?? null,
  getset([key = '', value = ''], { keys }) {
    const before = keys.string(key) ?? null;
    keys.set(key, value);
    return before;
  },
  getdel([key = ''], { keys }) {
    const before = keys.string(key) ?? null;
    keys.remove(key);
    return before;
  },
  getex([key = '', ...options], context) {
    const { keys } = context;
    const { expiry, persists } = valueOptions(options, 'getex');
    const value = keys.string(key);
    const row = keys.row(key);
    if (value === undefined || row === undefined) return null;
    if (expiry !== null) {
      const expiresAtMs = expiryTimeOf(expiry, 'getex', context);
      if (hasPassed(expiresAtMs, context)) keys.remove(key);
      else keys.setExpiry(key, row, expiresAtMs);
    } else if (persists && row.expiresAtMs !== null) keys.setExpiry(key, row, null);
    return value;
  },
  setex: (parameters, context) => setAt('setex', 'EX', parameters, context),
  psetex: (parameters, context) => setAt('psetex', 'PX', parameters, context),
  setnx([key = '', value = ''], { keys }) {
    if (keys.has(key)) return 0;
    keys.set(key, value);
    return 1;
  },
  mset(pairs, context) {
    setMany(pairs, 'mset', context, false);
    return OK;
  },
  msetnx: (pairs, context) => (setMany(pairs, 'msetnx', context, true) ? 1 : 0),
  mget: (names, { keys }) =>
    names.map((key) => {
      const value = keys.value(key);
      return typeof value === 'string' ? value : null;
    }),
  incr: ([key = ''], context) => increment(key, 1, context),
  incrby: ([key = '', by], context) => increment(key, wideInteger(by), context),
  decr: ([key = ''], context) => increment(key, -1, context),
  decrby([key = '', by], context) {
    const decrement = wideInteger(by);
    return decrement === INT64_MIN
      ? fail('ERR decrement would overflow')
      : increment(key, minus(0, decrement), context);
  },
  incrbyfloat([key = '', by = ''], { keys }) {
    const before = keys.string(key) ?? '0';
    if (!isLongDouble(before) || !isLongDouble(by)) fail('ERR value is not a valid float');
    const sum = addLongDoubles(before, by) ?? fail('ERR increment would produce NaN or Infinity');
    keys.replace(key, sum);
    return sum;
  },
  append([key = '', value = ''], { keys }) {
    const bytes = Buffer.concat([bytesOf(keys.string(key) ?? ''), bytesOf(value)]);
    checkLength(bytes.length, 'append');
    keys.replace(key, textOf(bytes));
    return bytes.length;
  },
  strlen: ([key = ''], { keys }) => bytesOf(keys.string(key) ?? '').length,
  getrange: range,
  substr: range,
  setrange([key = '', at, value = ''], { keys }) {
    const offset = integer(at);
    if (offset < 0) fail('ERR offset is out of range');
    const [before, put] = [bytesOf(keys.string(key) ?? ''), bytesOf(value)];
    if (put.length === 0) return before.length;
    checkLength(offset + put.length, 'setrange');
    const bytes = Buffer.alloc(Math.max(before.length, offset + put.length));
    before.copy(bytes);
    put.copy(bytes, offset);
    keys.replace(key, textOf(bytes));
    return bytes.length;
  },
  setbit([key = '', at, bit], { keys }) {
    const offset = bitOffset(at);
    if (bit !== '0' && bit !== '1') fail('ERR bit is not an integer or out of range');
    const before = bytesOf(keys.string(key) ?? '');
    checkLength((offset >>> 3) + 1, 'setbit');
    const bytes = Buffer.alloc(Math.max(before.length, (offset >>> 3) + 1));
    before.copy(bytes);
    const [index, mask] = [offset >>> 3, 0x80 >>> (offset & 7)];
    const was = bytes[index] ?? 0;
    bytes[index] = bit === '1' ? was | mask : was & ~mask;
    // A bit that keeps its value does not change the key, for connections that watch it.
    if (bytes[index] !== was || bytes.length !== before.length) keys.replace(key, textOf(bytes));
    return (was & mask) === 0 ? 0 : 1;
  },
  getbit([key = '', at], { keys }) {
    const offset = bitOffset(at);
    const byte = bytesOf(keys.string(key) ?? '')[offset >>> 3] ?? 0;
    return (byte & (0x80 >>> (offset & 7))) === 0 ? 0 : 1;
  },
  bitcount([key = '', start, end, unit], { keys }) {
    if ((start === undefined) !== (end === undefined) || word(unit) === 'BIT') fail(SYNTAX);
    const bytes = bytesOf(slice(keys.string(key) ?? '', integer(start ?? '0'), integer(end ?? '-1')));
    let count = 0;
    for (const byte of bytes) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
    return count;
  },
};

function bitOffset(at: string | undefined): number {
  const invalid = 'ERR bit offset is not an integer or out of range';
  return integerWithin(at, 0, 8 * BYTES_MAX - 1, invalid);
}

function range([key = '', start, end]: readonly string[], { keys }: CommandContext): Reply {
  const [from, to] = [integer(start), integer(end)];
  return slice(keys.string(key) ?? '', from, to);
}
