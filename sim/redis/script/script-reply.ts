/** Converts what a script returns to a reply, by the rules of Redis 7.0. */
import type { LuaState } from 'fengari';
import { textOf } from '../model/bytes.ts';
import { RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import { toInteger } from './arguments.ts';
import { checkDepth } from './depth.ts';
import { lua } from './interpreter/fengari.ts';
import { argumentNumber } from './interpreter/numerals.ts';
import { latin1Bytes, luaText, SLOTS, textAt } from './lua-values.ts';

/** The version of the protocol that `redis.setresp` has set. */
export type ScriptProtocol = 2 | 3;

/** Pops the value at the top of the stack and converts it. */
export function takeReply(state: LuaState, protocol: ScriptProtocol, depth = 0): Reply {
  const reply = replyAtTop(state, protocol, depth);
  lua.lua_pop(state, 1);
  return reply;
}

function replyAtTop(state: LuaState, protocol: ScriptProtocol, depth: number): Reply {
  checkDepth(depth);
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return textAt(state, -1);
    case lua.LUA_TNUMBER:
      return toInteger(lua.lua_tonumber(state, -1));
    case lua.LUA_TBOOLEAN:
      if (protocol === 3) return new TypedReply('#', lua.lua_toboolean(state, -1) ? 1 : 0);
      return lua.lua_toboolean(state, -1) ? 1 : null;
    case lua.LUA_TTABLE:
      lua.lua_checkstack(state, SLOTS);
      return tableReply(state, protocol, depth);
    default:
      return null;
  }
}

const withoutLineBreaks = (text: string): string => text.replace(/[\r\n]/g, ' ');

/** Pushes a field of the table at the top; removes it again unless it has the type. */
function has(state: LuaState, name: string, type: number): boolean {
  lua.lua_pushstring(state, luaText(name));
  if (lua.lua_rawget(state, -2) === type) return true;
  lua.lua_pop(state, 1);
  return false;
}

function takeText(state: LuaState): string {
  const text = textAt(state, -1);
  lua.lua_pop(state, 1);
  return text;
}

/** A text in an error ends at a NUL. */
const cText = (text: string): string => text.split('\0')[0] ?? '';

function tableReply(state: LuaState, protocol: ScriptProtocol, depth: number): Reply {
  if (has(state, 'err', lua.LUA_TSTRING)) return new RedisError(withoutLineBreaks(cText(takeText(state))));
  if (has(state, 'ok', lua.LUA_TSTRING)) return new Status(withoutLineBreaks(cText(takeText(state))));
  if (has(state, 'double', lua.LUA_TNUMBER)) {
    const value = lua.lua_tonumber(state, -1);
    lua.lua_pop(state, 1);
    return new TypedReply(',', textOf(Buffer.from(latin1Bytes(argumentNumber(value)))));
  }
  if (has(state, 'map', lua.LUA_TTABLE)) return new TypedReply('%', pairs(state, protocol, depth, true));
  if (has(state, 'set', lua.LUA_TTABLE)) return new TypedReply('~', pairs(state, protocol, depth, false));
  if (has(state, 'big_number', lua.LUA_TSTRING)) return new TypedReply('(', withoutLineBreaks(takeText(state)));
  if (has(state, 'verbatim_string', lua.LUA_TTABLE)) {
    if (has(state, 'format', lua.LUA_TSTRING)) {
      const format = takeText(state);
      if (has(state, 'string', lua.LUA_TSTRING)) {
        const text = takeText(state);
        lua.lua_pop(state, 1);
        return new TypedReply('=', text, `${format}   `.slice(0, 3));
      }
    }
    lua.lua_pop(state, 1);
  }
  return items(state, protocol, depth);
}

function items(state: LuaState, protocol: ScriptProtocol, depth: number): Reply {
  const replies: Reply[] = [];
  for (let index = 1; lua.lua_rawgeti(state, -1, index) !== lua.LUA_TNIL; index += 1)
    replies.push(takeReply(state, protocol, depth + 1));
  lua.lua_pop(state, 1);
  return replies;
}

/** Pops the table at the top. Returns its keys, each with its value if `hasValues`. */
function pairs(state: LuaState, protocol: ScriptProtocol, depth: number, hasValues: boolean): readonly Reply[] {
  const replies: Reply[] = [];
  lua.lua_pushnil(state);
  while (lua.lua_next(state, -2) !== 0) {
    lua.lua_pushvalue(state, -2);
    replies.push(takeReply(state, protocol, depth + 1));
    if (hasValues) replies.push(takeReply(state, protocol, depth + 1));
    else lua.lua_pop(state, 1);
  }
  lua.lua_pop(state, 1);
  return replies;
}
