/** Converts between Lua values and Redis replies, by the rules of Redis 7.0. */
import type { LuaState } from 'fengari';
import { bytesOf, textOf } from '../model/bytes.ts';
import { NullList, RedisError, type Reply, Status } from '../model/reply.ts';
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

export function setText(state: LuaState, name: string, text: string): void {
  pushText(state, text);
  lua.lua_setfield(state, -2, luaText(name));
}

/** Pushes the table of an error that a command has answered. */
function pushError(state: LuaState, error: RedisError): void {
  lua.lua_newtable(state);
  setText(state, 'err', error.message);
  lua.lua_pushboolean(state, true);
  lua.lua_setfield(state, -2, luaText('ignore_error_stats_update'));
}

/** Pushes the reply of a command, in version 2 of the protocol. */
export function pushReply(state: LuaState, reply: Reply): void {
  if (reply === null || reply instanceof NullList) lua.lua_pushboolean(state, false);
  else if (typeof reply === 'number' || typeof reply === 'bigint') lua.lua_pushnumber(state, Number(reply));
  else if (typeof reply === 'string') pushText(state, reply);
  else if (reply instanceof RedisError) pushError(state, reply);
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
