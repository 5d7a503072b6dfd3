/** Commands and options that set or return when keys expire. */
import { type Commands, type CommandContext, wideInteger, word } from './command.ts';
import { errorText } from './error-text.ts';
import { fail, type Reply } from './reply.ts';
import { isInt64, minus, plus, quotient, times, type Wide } from './numbers/wide.ts';

const UNITS: Readonly<Record<string, { readonly ms: number; readonly isFromNow: boolean }>> = {
  EX: { ms: 1000, isFromNow: true },
  PX: { ms: 1, isFromNow: true },
  EXAT: { ms: 1000, isFromNow: false },
  PXAT: { ms: 1, isFromNow: false },
};

export function isExpiry(option: string): boolean {
  return Object.hasOwn(UNITS, option);
}

/** An option such as EX with its value. */
export interface ExpiryOption {
  readonly unit: string;
  readonly at: string;
}

/** Returns wall time in milliseconds. A time that 64 bits cannot hold is invalid. */
function toWallMs(
  value: Wide,
  { ms, isFromNow }: (typeof UNITS)[string],
  command: string,
  { nowMs }: CommandContext,
): Wide {
  const inMs = times(value, ms);
  const expiresAtMs = isFromNow ? plus(inMs, nowMs()) : inMs;
  return isInt64(inMs) && isInt64(expiresAtMs) ? expiresAtMs : fail(`ERR invalid expire time in '${command}' command`);
}

/** Parses an option such as EX with its value. Returns wall time in milliseconds. */
export function expiryTimeOf({ unit: name, at }: ExpiryOption, command: string, context: CommandContext): Wide {
  const value = wideInteger(at);
  const unit = UNITS[name];
  if (unit === undefined || value <= 0) return fail(`ERR invalid expire time in '${command}' command`);
  return toWallMs(value, unit, command, context);
}

export function hasPassed(expiresAtMs: Wide, { nowMs }: CommandContext): boolean {
  return expiresAtMs <= nowMs();
}

const CONDITIONS: ReadonlySet<string> = new Set(['NX', 'XX', 'GT', 'LT']);

const UNCONDITIONAL: ReadonlySet<string> = new Set();

function conditionsOf(options: readonly string[]): ReadonlySet<string> {
  if (options.length === 0) return UNCONDITIONAL;
  const words = new Set<string>();
  for (const option of options)
    words.add(CONDITIONS.has(word(option)) ? word(option) : fail(errorText`ERR Unsupported option ${option}`));
  if (words.has('NX') && words.size > 1) fail('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (words.has('GT') && words.has('LT')) fail('ERR GT and LT options at the same time are not compatible');
  return words;
}

function expire(
  name: string,
  unitName: string,
  [key = '', at, ...options]: readonly string[],
  context: CommandContext,
): Reply {
  const { keys } = context;
  const unit = UNITS[unitName] ?? fail('ERR no such unit');
  const conditions = conditionsOf(options);
  const expiresAtMs = toWallMs(wideInteger(at), unit, name, context);
  const row = keys.row(key);
  if (row === undefined) return 0;
  const current = row.expiresAtMs;
  const isRefused =
    (conditions.has('NX') && current !== null) ||
    (conditions.has('XX') && current === null) ||
    (conditions.has('GT') && expiresAtMs <= (current ?? Infinity)) ||
    (conditions.has('LT') && expiresAtMs >= (current ?? Infinity));
  if (isRefused) return 0;
  if (hasPassed(expiresAtMs, context)) keys.remove(key);
  else keys.setExpiry(key, row, expiresAtMs);
  return 1;
}

/** Milliseconds; -1 without expiry, -2 without key, as in TTL. */
function remaining(key: string, { keys, nowMs }: CommandContext): Wide {
  const row = keys.row(key);
  if (row === undefined) return -2;
  if (row.expiresAtMs === null) return -1;
  const left = minus(row.expiresAtMs, nowMs());
  return left < 0 ? 0 : left;
}

/** Wall time in milliseconds; -1 without expiry, -2 without key. */
function expiryTime(key: string, { keys }: CommandContext): Wide {
  const row = keys.row(key);
  return row === undefined ? -2 : (row.expiresAtMs ?? -1);
}

const inSeconds = (ms: Wide): Wide => (ms < 0 ? ms : quotient(plus(ms, 500), 1000));

export const EXPIRY: Commands = {
  expire: (parameters, context) => expire('expire', 'EX', parameters, context),
  pexpire: (parameters, context) => expire('pexpire', 'PX', parameters, context),
  expireat: (parameters, context) => expire('expireat', 'EXAT', parameters, context),
  pexpireat: (parameters, context) => expire('pexpireat', 'PXAT', parameters, context),
  ttl: ([key = ''], context) => inSeconds(remaining(key, context)),
  pttl: ([key = ''], context) => remaining(key, context),
  expiretime: ([key = ''], context) => inSeconds(expiryTime(key, context)),
  pexpiretime: ([key = ''], context) => expiryTime(key, context),
  persist([key = ''], { keys }) {
    const row = keys.row(key);
    if (row === undefined || row.expiresAtMs === null) return 0;
    keys.setExpiry(key, row, null);
    return 1;
  },
};
