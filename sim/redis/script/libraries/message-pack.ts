/**
 * The library `cmsgpack` for scripts, after lua_cmsgpack.c of Redis: converts between MessagePack
 * and Lua values.
 */
import type { LuaState } from 'fengari';
import { argumentError, checkBytes, checkInteger, type Library, optionalInteger, raise } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { bytesAt, SLOTS } from '../lua-values.ts';
import { Unpacker, UnpackError } from './message-unpack.ts';

/** Tables nested deeper become nil. */
const DEPTH_MAX = 16;

const byte = (value: number): Buffer => Buffer.of(value & 0xff);

/** Encodes a header with the smallest form that holds `size`. `codes` are for 1, 2 and 4 bytes. */
function sized(small: number, smallMax: number, codes: readonly (number | null)[], size: number): Buffer {
  if (size <= smallMax) return byte(small | size);
  const [one = null, two, four] = codes;
  if (one !== null && size < 2 ** 8) return Buffer.of(one, size);
  if (size < 2 ** 16) return Buffer.of(two ?? 0, size >>> 8, size & 0xff);
  const head = Buffer.alloc(5);
  head[0] = four ?? 0;
  head.writeUInt32BE(size, 1);
  return head;
}

function coded(code: number, size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size + 1);
  bytes[0] = code;
  write(bytes);
  return bytes;
}

function packNumber(value: number): Buffer {
  if (!Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 63)
    return Math.fround(value) === value
      ? coded(0xca, 4, (bytes) => bytes.writeFloatBE(value, 1))
      : coded(0xcb, 8, (bytes) => bytes.writeDoubleBE(value, 1));
  if (value >= -32 && value < 2 ** 7) return byte(value);
  if (value >= 2 ** 32) return coded(0xcf, 8, (bytes) => bytes.writeBigUInt64BE(BigInt(value), 1));
  if (value < -(2 ** 31)) return coded(0xd3, 8, (bytes) => bytes.writeBigInt64BE(BigInt(value), 1));
  if (value >= 0) {
    const size = value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : 4;
    return coded(0xcc + Math.log2(size), size, (bytes) => bytes.writeUIntBE(value, 1, size));
  }
  const size = value >= -(2 ** 7) ? 1 : value >= -(2 ** 15) ? 2 : 4;
  return coded(0xd0 + Math.log2(size), size, (bytes) => bytes.writeIntBE(value, 1, size));
}

function packText(state: LuaState): Buffer {
  const bytes = bytesAt(state, -1);
  return Buffer.concat([sized(0xa0, 31, [0xd9, 0xda, 0xdb], bytes.length), bytes]);
}

/** Whether the keys are the numbers from 1 to their count. */
function isArray(state: LuaState): boolean {
  const top = lua.lua_gettop(state);
  let [count, most] = [0, 0];
  lua.lua_pushnil(state);
  while (lua.lua_next(state, top) !== 0) {
    lua.lua_pop(state, 1);
    const key = lua.lua_type(state, -1) === lua.LUA_TNUMBER ? lua.lua_tonumber(state, -1) : 0;
    if (key <= 0 || (key | 0) !== key) {
      lua.lua_settop(state, top);
      return false;
    }
    most = Math.max(most, key);
    count += 1;
  }
  return most === count;
}

function packTable(state: LuaState, depth: number): Buffer {
  lua.lua_checkstack(state, SLOTS);
  const parts: Buffer[] = [];
  if (isArray(state)) {
    const count = lua.lua_rawlen(state, -1);
    for (let index = 1; index <= count; index += 1) {
      lua.lua_pushnumber(state, index);
      lua.lua_gettable(state, -2);
      parts.push(takePacked(state, depth + 1));
    }
    return Buffer.concat([sized(0x90, 15, [null, 0xdc, 0xdd], count), ...parts]);
  }
  lua.lua_pushnil(state);
  while (lua.lua_next(state, -2) !== 0) {
    lua.lua_pushvalue(state, -2);
    parts.push(takePacked(state, depth + 1), takePacked(state, depth + 1));
  }
  return Buffer.concat([sized(0x80, 15, [null, 0xde, 0xdf], parts.length / 2), ...parts]);
}

/** Packs the value at the top of the stack and pops it. */
function takePacked(state: LuaState, depth: number): Buffer {
  const packed = pack(state, depth);
  lua.lua_pop(state, 1);
  return packed;
}

function pack(state: LuaState, depth: number): Buffer {
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return packText(state);
    case lua.LUA_TNUMBER:
      return packNumber(lua.lua_tonumber(state, -1));
    case lua.LUA_TBOOLEAN:
      return byte(lua.lua_toboolean(state, -1) ? 0xc3 : 0xc2);
    case lua.LUA_TTABLE:
      return depth === DEPTH_MAX ? byte(0xc0) : packTable(state, depth);
    default:
      return byte(0xc0);
  }
}

/** Unpacks up to `limit` values from `offset`; all, without the next offset, if both are 0. */
function unpack(state: LuaState, limit: number, offset: number): number {
  const bytes = Buffer.from(checkBytes(state, 1));
  if (offset < 0 || limit < 0)
    raise(state, `Invalid request to unpack with offset of ${offset} and limit of ${bytes.length}.`);
  if (offset > bytes.length) raise(state, `Start offset ${offset} greater than input length ${bytes.length}.`);
  const isWhole = limit === 0 && offset === 0;
  const unpacker = new Unpacker(state, bytes, offset);
  let count = 0;
  try {
    for (; !unpacker.isDone && (isWhole || count < limit); count += 1) unpacker.push();
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    return raise(state, error.message);
  }
  if (isWhole) return count;
  lua.lua_pushnumber(state, unpacker.isDone ? -1 : unpacker.at);
  lua.lua_insert(state, 2);
  return count + 1;
}

export const MESSAGE_PACK_CONSTANTS: Readonly<Record<string, string>> = {
  _NAME: 'cmsgpack',
  _VERSION: 'lua-cmsgpack 0.4.0',
  _COPYRIGHT: 'Copyright (C) 2012, Salvatore Sanfilippo',
  _DESCRIPTION: 'MessagePack C implementation for Lua',
};

export const MESSAGE_PACK: Library = {
  pack(state) {
    const count = lua.lua_gettop(state);
    if (count === 0) argumentError(state, 0, 'MessagePack pack needs input.');
    const packed: Buffer[] = [];
    for (let index = 1; index <= count; index += 1) {
      lua.lua_pushvalue(state, index);
      packed.push(takePacked(state, 0));
    }
    lua.lua_pushstring(state, Uint8Array.from(Buffer.concat(packed)));
    return 1;
  },
  unpack: (state) => unpack(state, 0, 0),
  unpack_one(state) {
    const offset = optionalInteger(state, 2, 0);
    lua.lua_settop(state, 1);
    return unpack(state, 1, offset);
  },
  unpack_limit(state) {
    const [limit, offset] = [checkInteger(state, 2), optionalInteger(state, 3, 0)];
    lua.lua_settop(state, 1);
    return unpack(state, limit, offset);
  },
};
