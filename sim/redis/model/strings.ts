/** Commands on strings. */
import { bytesOf, textOf } from './bytes.ts';
import { add, type Commands, integer, SYNTAX, type CommandContext, wideInteger, word } from './command.ts';
import { type ExpiryOption, expiryTimeOf, hasPassed, isExpiry } from './expiry.ts';
import { addLongDoubles, isLongDouble } from './numbers/long-doubles.ts';
import { fail, OK, type Reply } from './reply.ts';
import { checkLength } from './string-length.ts';
import { INT64_MIN, minus, type Wide } from './numbers/wide.ts';

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
};

function range([key = '', start, end]: readonly string[], { keys }: CommandContext): Reply {
  const [from, to] = [integer(start), integer(end)];
  return slice(keys.string(key) ?? '', from, to);
}
