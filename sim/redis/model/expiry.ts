/** Commands and options that set or return when keys expire. */
import { type Commands, integer, type CommandContext, word } from './command.ts';
import { fail, type Reply } from './reply.ts';

const UNITS: Readonly<Record<string, { readonly ms: number; readonly isFromNow: boolean }>> = {
  EX: { ms: 1000, isFromNow: true },
  PX: { ms: 1, isFromNow: true },
  EXAT: { ms: 1000, isFromNow: false },
  PXAT: { ms: 1, isFromNow: false },
};

export function isExpiry(option: string): boolean {
  return Object.hasOwn(UNITS, option);
}

/** Parses an option such as EX with its value. Returns wall time in milliseconds. */
export function expiryOf(option: string, at: string | undefined, command: string, { nowMs }: CommandContext): number {
  const value = integer(at);
  const unit = UNITS[option];
  if (unit === undefined || value <= 0) return fail(`ERR invalid expire time in '${command}' command`);
  return value * unit.ms + (unit.isFromNow ? nowMs() : 0);
}

function expire(unit: string, [key = '', at, ...options]: readonly string[], { keys, nowMs }: CommandContext): Reply {
  const { ms, isFromNow } = UNITS[unit] ?? fail('ERR no such unit');
  const expiresAtMs = integer(at) * ms + (isFromNow ? nowMs() : 0);
  const words = new Set(options.map(word));
  for (const option of words) {
    if (!['NX', 'XX', 'GT', 'LT'].includes(option)) fail(`ERR Unsupported option ${options[0] ?? ''}`);
  }
  if (words.has('NX') && words.size > 1) fail('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (words.has('GT') && words.has('LT')) fail('ERR GT and LT options at the same time are not compatible');
  const row = keys.row(key);
  if (row === undefined) return 0;
  const current = row.expiresAtMs;
  const isRefused =
    (words.has('NX') && current !== null) ||
    (words.has('XX') && current === null) ||
    (words.has('GT') && expiresAtMs <= (current ?? Infinity)) ||
    (words.has('LT') && expiresAtMs >= (current ?? Infinity));
  if (isRefused) return 0;
  if (expiresAtMs <= nowMs()) keys.remove(key);
  else keys.set(key, row.value, expiresAtMs);
  return 1;
}

/** Milliseconds; -1 without expiry, -2 without key, as in TTL. */
function remaining(key: string, { keys, nowMs }: CommandContext): number {
  const row = keys.row(key);
  if (row === undefined) return -2;
  return row.expiresAtMs === null ? -1 : Math.max(0, row.expiresAtMs - nowMs());
}

/** Wall time in milliseconds; -1 without expiry, -2 without key. */
function expiryTime(key: string, { keys }: CommandContext): number {
  const row = keys.row(key);
  return row === undefined ? -2 : (row.expiresAtMs ?? -1);
}

const inSeconds = (ms: number): number => (ms < 0 ? ms : Math.floor((ms + 500) / 1000));

export const EXPIRY: Commands = {
  expire: (parameters, context) => expire('EX', parameters, context),
  pexpire: (parameters, context) => expire('PX', parameters, context),
  expireat: (parameters, context) => expire('EXAT', parameters, context),
  pexpireat: (parameters, context) => expire('PXAT', parameters, context),
  ttl: ([key = ''], context) => inSeconds(remaining(key, context)),
  pttl: ([key = ''], context) => remaining(key, context),
  expiretime: ([key = ''], context) => inSeconds(expiryTime(key, context)),
  pexpiretime: ([key = ''], context) => expiryTime(key, context),
  persist([key = ''], { keys }) {
    const row = keys.row(key);
    if (row === undefined || row.expiresAtMs === null) return 0;
    keys.set(key, row.value);
    return 1;
  },
};
