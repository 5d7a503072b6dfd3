/** Commands on strings. */
import { bytesOf, textOf } from './bytes.ts';
import { add, type Commands, float, formatFloat, integer, SYNTAX, type CommandContext, word } from './command.ts';
import { expiryOf, isExpiry } from './expiry.ts';
import { fail, OK, type Reply } from './reply.ts';

interface SetOptions {
  readonly condition: 'NX' | 'XX' | null;
  readonly get: boolean;
  readonly keepsExpiry: boolean;
  readonly expiresAtMs: number | null;
}

function setOptions(options: readonly string[], name: string, context: CommandContext): SetOptions {
  let condition: SetOptions['condition'] = null;
  let [get, keepsExpiry] = [false, false];
  let expiresAtMs: number | null = null;
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    if ((option === 'NX' || option === 'XX') && (condition === null || condition === option)) condition = option;
    else if (option === 'GET') get = true;
    else if (option === 'KEEPTTL' && expiresAtMs === null) keepsExpiry = true;
    else if (isExpiry(option) && expiresAtMs === null && !keepsExpiry && index + 1 < options.length)
      expiresAtMs = expiryOf(option, options[(index += 1)], name, context);
    else fail(SYNTAX);
  }
  return { condition, get, keepsExpiry, expiresAtMs };
}

/** Slices by bytes, which may cut a character in two. */
function slice(text: string, start: number, end: number): string {
  const bytes = bytesOf(text);
  const from = start < 0 ? Math.max(0, bytes.length + start) : start;
  const to = end < 0 ? Math.max(0, bytes.length + end) + 1 : end + 1;
  return textOf(bytes.subarray(from, Math.max(from, to)));
}

function increment(key: string, by: string, { keys }: CommandContext): Reply {
  const sum = add(keys.string(key) ?? '0', by);
  keys.replace(key, sum);
  return Number(sum);
}

function negated(by: string | undefined): string {
  const value = String(integer(by));
  return value.startsWith('-') ? value.slice(1) : `-${value}`;
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
    const options = setOptions(rest, 'set', context);
    const before = options.get ? (keys.string(key) ?? null) : null;
    const row = keys.row(key);
    const isRefused =
      (options.condition === 'NX' && row !== undefined) || (options.condition === 'XX' && row === undefined);
    if (!isRefused) keys.set(key, value, options.keepsExpiry ? (row?.expiresAtMs ?? null) : options.expiresAtMs);
    if (options.get) return before;
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
  getex([key = '', option, at], context) {
    const { keys } = context;
    const value = keys.string(key);
    const unit = word(option);
    if (unit !== '' && unit !== 'PERSIST' && !isExpiry(unit)) fail(SYNTAX);
    const expiresAtMs = isExpiry(unit) ? expiryOf(unit, at, 'getex', context) : null;
    if (value === undefined) return null;
    if (unit !== '') keys.set(key, value, expiresAtMs);
    return value;
  },
  setex([key = '', at, value = ''], context) {
    context.keys.set(key, value, expiryOf('EX', at, 'setex', context));
    return OK;
  },
  psetex([key = '', at, value = ''], context) {
    context.keys.set(key, value, expiryOf('PX', at, 'psetex', context));
    return OK;
  },
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
  incr: ([key = ''], context) => increment(key, '1', context),
  incrby: ([key = '', by = ''], context) => increment(key, by, context),
  decr: ([key = ''], context) => increment(key, '-1', context),
  decrby: ([key = '', by], context) => increment(key, negated(by), context),
  incrbyfloat([key = '', by], { keys }) {
    const sum = float(keys.string(key) ?? '0') + float(by);
    if (!Number.isFinite(sum)) fail('ERR increment would produce NaN or Infinity');
    keys.replace(key, formatFloat(sum));
    return formatFloat(sum);
  },
  append([key = '', value = ''], { keys }) {
    const bytes = Buffer.concat([bytesOf(keys.string(key) ?? ''), bytesOf(value)]);
    keys.replace(key, textOf(bytes));
    return bytes.length;
  },
  strlen: ([key = ''], { keys }) => bytesOf(keys.string(key) ?? '').length,
  getrange: ([key = '', start, end], { keys }) => slice(keys.string(key) ?? '', integer(start), integer(end)),
  substr: ([key = '', start, end], { keys }) => slice(keys.string(key) ?? '', integer(start), integer(end)),
  setrange([key = '', at, value = ''], { keys }) {
    const offset = integer(at);
    if (offset < 0) fail('ERR offset is out of range');
    const [before, put] = [bytesOf(keys.string(key) ?? ''), bytesOf(value)];
    if (put.length === 0) return before.length;
    const bytes = Buffer.alloc(Math.max(before.length, offset + put.length));
    before.copy(bytes);
    put.copy(bytes, offset);
    keys.replace(key, textOf(bytes));
    return bytes.length;
  },
};
