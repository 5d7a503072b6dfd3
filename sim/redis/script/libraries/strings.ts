/** The library `string` of Lua 5.1. */
import type { LuaState } from 'fengari';
import {
  argumentError,
  checkBytes,
  checkFunction,
  checkInt,
  checkInteger,
  checkLatin1,
  type Library,
  optionalInt,
  optionalInteger,
  pushLatin1,
  raise,
  typeNameAt,
} from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { Matcher, PatternError } from './patterns.ts';
import { formatText } from './string-format.ts';

const SPECIAL = /[\^$*+?.([%-]/;
const ESCAPE = 37;

/** Resolves a position; negative ones count from the end. */
const position = (given: number, size: number): number => Math.max(0, given < 0 ? given + size + 1 : given);

/** Raises invalid patterns as errors of Lua. */
const matching =
  (run: (state: LuaState) => number) =>
  (state: LuaState): number => {
    try {
      return run(state);
    } catch (error) {
      if (error instanceof PatternError) return raise(state, error.message);
      throw error;
    }
  };

function pushCapture(state: LuaState, capture: Uint8Array | number): void {
  if (typeof capture === 'number') lua.lua_pushnumber(state, capture);
  else lua.lua_pushstring(state, Uint8Array.from(capture));
}

/** Pushes all captures; the whole match if there are none and `hasWhole`. Returns their number. */
function pushCaptures(state: LuaState, matcher: Matcher, start: number, end: number, hasWhole: boolean): number {
  const count = matcher.captures.length === 0 && hasWhole ? 1 : matcher.captures.length;
  if (!lua.lua_checkstack(state, count)) raise(state, 'stack overflow (too many captures)');
  for (let index = 0; index < count; index += 1) pushCapture(state, matcher.capture(index, start, end));
  return count;
}

const find = (isFind: boolean): ((state: LuaState) => number) =>
  matching((state) => {
    const [subject, pattern] = [checkBytes(state, 1), checkBytes(state, 2)];
    const first = Math.max(0, position(optionalInteger(state, 3, 1), subject.length) - 1);
    const from = Math.min(first, subject.length);
    if (isFind && (lua.lua_toboolean(state, 4) || !SPECIAL.test(checkLatin1(state, 2).split('\0')[0] ?? ''))) {
      const at = Buffer.from(subject).indexOf(pattern, from);
      if (at >= 0) {
        lua.lua_pushnumber(state, at + 1);
        lua.lua_pushnumber(state, at + pattern.length);
        return 2;
      }
    } else {
      const matcher = new Matcher(subject, pattern);
      for (let at = from; at <= subject.length; at += 1) {
        const end = matcher.match(at, matcher.isAnchored ? 1 : 0);
        if (end !== -1) {
          if (!isFind) return pushCaptures(state, matcher, at, end, true);
          lua.lua_pushnumber(state, at + 1);
          lua.lua_pushnumber(state, end);
          return 2 + pushCaptures(state, matcher, at, end, false);
        }
        if (matcher.isAnchored) break;
      }
    }
    lua.lua_pushnil(state);
    return 1;
  });

function gmatch(state: LuaState): number {
  const [subject, pattern] = [checkBytes(state, 1), checkBytes(state, 2)];
  let next = 0;
  lua.lua_pushjsfunction(
    state,
    matching((caller) => {
      const matcher = new Matcher(subject, pattern);
      for (let at = next; at <= subject.length; at += 1) {
        const end = matcher.match(at);
        if (end === -1) continue;
        next = end === at ? end + 1 : end;
        return pushCaptures(caller, matcher, at, end, true);
      }
      return 0;
    }),
  );
  return 1;
}

/** Expands `%0` to `%9` in a replacement. */
function expanded(
  replacement: Uint8Array,
  matcher: Matcher,
  start: number,
  end: number,
  whole: Uint8Array,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < replacement.length; at += 1) {
    if (replacement[at] !== ESCAPE) {
      parts.push(replacement.subarray(at, at + 1));
      continue;
    }
    at += 1;
    const digit = (replacement[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) parts.push(Uint8Array.of(replacement[at] ?? 0));
    else if (digit === 0) parts.push(whole);
    else {
      const capture = matcher.capture(digit - 1, start, end);
      parts.push(typeof capture === 'number' ? Buffer.from(String(capture)) : capture);
    }
  }
  return Buffer.concat(parts);
}

function replacementOf(state: LuaState, matcher: Matcher, start: number, end: number, whole: Uint8Array): Uint8Array {
  switch (lua.lua_type(state, 3)) {
    case lua.LUA_TFUNCTION:
      lua.lua_pushvalue(state, 3);
      lua.lua_call(state, pushCaptures(state, matcher, start, end, true), 1);
      break;
    case lua.LUA_TTABLE:
      pushCapture(state, matcher.capture(0, start, end));
      lua.lua_gettable(state, 3);
      break;
    default:
      return expanded(checkBytes(state, 3), matcher, start, end, whole);
  }
  const type = lua.lua_type(state, -1);
  const keeps = !lua.lua_toboolean(state, -1);
  if (!keeps && type !== lua.LUA_TSTRING && type !== lua.LUA_TNUMBER)
    raise(state, `invalid replacement value (a ${typeNameAt(state, -1)})`);
  const result = keeps ? whole : checkBytes(state, -1);
  lua.lua_pop(state, 1);
  return result;
}

const gsub = matching((state) => {
  const [subject, pattern] = [checkBytes(state, 1), checkBytes(state, 2)];
  const type = lua.lua_type(state, 3);
  const most = optionalInt(state, 4, subject.length + 1);
  const types = [lua.LUA_TNUMBER, lua.LUA_TSTRING, lua.LUA_TFUNCTION, lua.LUA_TTABLE];
  if (!types.includes(type)) argumentError(state, 3, 'string/function/table expected');
  const matcher = new Matcher(subject, pattern);
  const { isAnchored } = matcher;
  const parts: Uint8Array[] = [];
  let [count, at] = [0, 0];
  while (count < most) {
    const end = matcher.match(at, isAnchored ? 1 : 0);
    if (end !== -1) {
      count += 1;
      parts.push(replacementOf(state, matcher, at, end, subject.subarray(at, end)));
    }
    if (end > at) at = end;
    else if (at < subject.length) {
      parts.push(subject.subarray(at, at + 1));
      at += 1;
    } else break;
    if (isAnchored) break;
  }
  parts.push(subject.subarray(at));
  lua.lua_pushstring(state, Uint8Array.from(Buffer.concat(parts)));
  lua.lua_pushnumber(state, count);
  return 2;
});

const mapped = (map: (byte: number) => number) => (state: LuaState) => {
  lua.lua_pushstring(state, checkBytes(state, 1).map(map));
  return 1;
};

export const STRINGS: Library = {
  byte(state) {
    const bytes = checkBytes(state, 1);
    const given = position(optionalInteger(state, 2, 1), bytes.length);
    const last = Math.min(position(optionalInteger(state, 3, given), bytes.length), bytes.length);
    const first = Math.max(1, given);
    if (first > last) return 0;
    if (!lua.lua_checkstack(state, last - first + 1)) raise(state, 'stack overflow (string slice too long)');
    for (let index = first; index <= last; index += 1) lua.lua_pushnumber(state, bytes[index - 1] ?? 0);
    return last - first + 1;
  },
  char(state) {
    const bytes = Array.from({ length: lua.lua_gettop(state) }, (_, index) => {
      const byte = checkInt(state, index + 1);
      return byte >= 0 && byte <= 255 ? byte : argumentError(state, index + 1, 'invalid value');
    });
    lua.lua_pushstring(state, Uint8Array.from(bytes));
    return 1;
  },
  dump(state) {
    checkFunction(state, 1);
    if (lua.lua_iscfunction(state, 1)) raise(state, 'unable to dump given function');
    return raise(state, "'string.dump' is not simulated");
  },
  find: find(true),
  format(state) {
    pushLatin1(state, formatText(state));
    return 1;
  },
  gfind: gmatch,
  gmatch,
  gsub,
  len(state) {
    lua.lua_pushnumber(state, checkBytes(state, 1).length);
    return 1;
  },
  lower: mapped((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)),
  match: find(false),
  rep(state) {
    const [bytes, count] = [checkBytes(state, 1), checkInt(state, 2)];
    if (bytes.length * count > SIZE_MAX) raise(state, 'resulting string too large');
    lua.lua_pushstring(state, Uint8Array.from(Buffer.concat(new Array<Uint8Array>(Math.max(0, count)).fill(bytes))));
    return 1;
  },
  reverse(state) {
    lua.lua_pushstring(state, Uint8Array.from(checkBytes(state, 1)).reverse());
    return 1;
  },
  sub(state) {
    const bytes = checkBytes(state, 1);
    const first = Math.max(1, position(checkInteger(state, 2), bytes.length));
    const last = Math.min(position(optionalInteger(state, 3, -1), bytes.length), bytes.length);
    lua.lua_pushstring(state, bytes.slice(first - 1, Math.max(first - 1, last)));
    return 1;
  },
  upper: mapped((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)),
};

/** Strings above this would take the memory of the process. */
const SIZE_MAX = 2 ** 29;
