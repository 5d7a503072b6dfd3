/** Converts between Lua values and Redis replies, by the rules of Redis 7.0. */
import type { LuaState } from 'fengari';
import { bytesOf, textOf } from '../model/bytes.ts';
import { parseDouble } from '../model/numbers/doubles.ts';
import { inOneLine, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import type { Typed } from '../model/reply-types.ts';
import { lua } from './interpreter/fengari.ts';

/** Slots of the Lua stack to reserve per level of a nested value, with a margin. */
export const SLOTS = 8;

/** The name of a table's field. */
export function luaText(text: string): Uint8Array {
  return Uint8Array.from(bytesOf(text));
}

export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** The bytes of a text with one character per byte. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

const EMPTY = new Uint8Array(0);

export function bytesAt(state: LuaState, index: number): Uint8Array {
  return lua.lua_tostring(state, index) ?? EMPTY;
}

export function textAt(state: LuaState, index: number): string {
  return textOf(Buffer.from(bytesAt(state, index)));
}

export function pushText(state: LuaState, text: string): void {
  lua.lua_pushstring(state, luaText(text));
}

function setText(state: LuaState, name: string, text: string): void {
  pushText(state, text);
  lua.lua_setfield(state, -2, luaText(name));
}

/** Pushes the table of an error that a command has answered. */
function pushError(state: LuaState, error: RedisError): void {
  lua.lua_newtable(state);
  setText(state, 'err', inOneLine(error.message));
  lua.lua_pushboolean(state, true);
  lua.lua_setfield(state, -2, luaText('ignore_error_stats_update'));
}

/** Pushes the reply of a command, in version 2 of the protocol. */
export function pushReply(state: LuaState, reply: Reply): void {
  if (reply === null || reply instanceof NullList) lua.lua_pushboolean(state, false);
  else if (typeof reply === 'number' || typeof reply === 'bigint') lua.lua_pushnumber(state, Number(reply));
  else if (typeof reply === 'string') pushText(state, reply);
  else if (reply instanceof RedisError) pushError(state, reply);
  else if (reply instanceof TypedReply) pushReply(state, reply.plain);
  else {
    lua.lua_checkstack(state, SLOTS);
    lua.lua_newtable(state);
    if (reply instanceof Status) setText(state, 'ok', reply.text);
    else
      for (const [index, item] of reply.entries()) {
        pushReply(state, item);
        lua.lua_rawseti(state, -2, index + 1);
      }
  }
}

/** Pushes the reply of a command, in version 3 of the protocol. */
export function pushTyped(state: LuaState, reply: Typed): void {
  if (reply === null || reply instanceof NullList) return lua.lua_pushnil(state);
  if (
    typeof reply !== 'object' ||
    reply instanceof Status ||
    reply instanceof RedisError ||
    reply instanceof TypedReply
  )
    return pushReply(state, reply);
  lua.lua_checkstack(state, SLOTS);
  lua.lua_newtable(state);
  if (!('as' in reply)) return pushItems(state, reply);
  if ('items' in reply) {
    if (reply.as !== '%' && reply.as !== '~') return pushItems(state, reply.items);
    lua.lua_newtable(state);
    const step = reply.as === '%' ? 2 : 1;
    for (let index = 0; index < reply.items.length; index += step) {
      pushTyped(state, reply.items[index] ?? null);
      if (step === 2) pushTyped(state, reply.items[index + 1] ?? null);
      else lua.lua_pushboolean(state, true);
      lua.lua_rawset(state, -3);
    }
    lua.lua_setfield(state, -2, luaText(step === 2 ? 'map' : 'set'));
  } else if (reply.as === ',') {
    lua.lua_pushnumber(state, parseDouble(reply.text));
    lua.lua_setfield(state, -2, luaText('double'));
  } else {
    lua.lua_newtable(state);
    setText(state, 'string', reply.text);
    setText(state, 'format', 'txt');
    lua.lua_setfield(state, -2, luaText('verbatim_string'));
  }
}

function pushItems(state: LuaState, items: readonly Typed[]): void {
  for (const [index, item] of items.entries()) {
    pushTyped(state, item);
    lua.lua_rawseti(state, -2, index + 1);
  }
}
