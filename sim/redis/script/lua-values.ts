/** Converts between Lua values and Redis replies, by the rules in Redis' documentation of EVAL. */
import type { LuaState } from 'fengari';
import { bytesOf, textOf } from '../model/bytes.ts';
import { NullList, RedisError, type Reply, Status } from '../model/reply.ts';
import { lua } from './fengari.ts';

/** Tables nested deeper than this become empty. */
const DEPTH_MAX = 100;

/** Slots of the Lua stack to reserve per level of a nested value, with a margin. */
export const SLOTS = 8;

export function luaText(text: string): Uint8Array {
  return Uint8Array.from(bytesOf(text));
}

export function textAt(state: LuaState, index: number): string {
  return textOf(Buffer.from(lua.lua_tostring(state, index)));
}

export function pushText(state: LuaState, text: string): void {
  lua.lua_pushstring(state, luaText(text));
}

/** Pushes a table with one field, such as `{ err = text }`. */
function pushField(state: LuaState, name: string, text: string): void {
  lua.lua_newtable(state);
  pushText(state, text);
  lua.lua_setfield(state, -2, luaText(name));
}

export function pushReply(state: LuaState, reply: Reply): void {
  if (reply === null || reply instanceof NullList) lua.lua_pushboolean(state, false);
  else if (typeof reply === 'number' || typeof reply === 'bigint') lua.lua_pushnumber(state, Number(reply));
  else if (typeof reply === 'string') pushText(state, reply);
  else if (reply instanceof Status) pushField(state, 'ok', reply.text);
  else if (reply instanceof RedisError) pushField(state, 'err', reply.message);
  else {
    lua.lua_checkstack(state, SLOTS);
    lua.lua_newtable(state);
    for (const [index, item] of reply.entries()) {
      pushReply(state, item);
      lua.lua_rawseti(state, -2, index + 1);
    }
  }
}

/**
 * Returns a field of the table at the top of the stack as text; null when it is missing or no text.
 */
export function fieldAt(state: LuaState, name: string): string | null {
  lua.lua_pushstring(state, luaText(name));
  lua.lua_rawget(state, -2);
  const type = lua.lua_type(state, -1);
  const text = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER ? textAt(state, -1) : null;
  lua.lua_pop(state, 1);
  return text;
}

/** Pops the value at the top of the stack and converts it. */
export function takeReply(state: LuaState, depth = 0): Reply {
  const reply = replyAtTop(state, depth);
  lua.lua_pop(state, 1);
  return reply;
}

function replyAtTop(state: LuaState, depth: number): Reply {
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return textAt(state, -1);
    case lua.LUA_TNUMBER:
      return Math.trunc(lua.lua_tonumber(state, -1));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(state, -1) ? 1 : null;
    case lua.LUA_TTABLE:
      return tableReply(state, depth);
    default:
      return null;
  }
}

function tableReply(state: LuaState, depth: number): Reply {
  const error = fieldAt(state, 'err');
  if (error !== null) return new RedisError(error);
  const ok = fieldAt(state, 'ok');
  if (ok !== null) return new Status(ok);
  const replies: Reply[] = [];
  lua.lua_checkstack(state, SLOTS);
  if (depth > DEPTH_MAX) return replies;
  for (let index = 1; lua.lua_rawgeti(state, -1, index) !== lua.LUA_TNIL; index += 1)
    replies.push(takeReply(state, depth + 1));
  lua.lua_pop(state, 1);
  return replies;
}
