/**
 * The library `cmsgpack` for scripts: converts between MessagePack and Lua values. Format:
 * msgpack.org/spec.
 */
import type { LuaState } from 'fengari';
import { lua } from './fengari.ts';
import { SLOTS } from './lua-values.ts';

const byte = (value: number): Buffer => Buffer.from([value & 0xff]);

/** Encodes a header with the smallest form that holds `size`. `codes` are for 1, 2 and 4 bytes. */
function sized(small: number | null, smallMax: number, codes: readonly (number | null)[], size: number): Buffer {
  if (small !== null && size <= smallMax) return byte(small | size);
  const [one, two, four] = codes;
  if (one !== null && one !== undefined && size < 2 ** 8) return Buffer.from([one, size]);
  if (size < 2 ** 16) return Buffer.from([two ?? 0, size >>> 8, size & 0xff]);
  const head = Buffer.alloc(5);
  head[0] = four ?? 0;
  head.writeUInt32BE(size, 1);
  return head;
}

function packNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value)) {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (value >= 0) {
    if (value < 2 ** 7) return byte(value);
    if (value < 2 ** 32) return sized(null, 0, [0xcc, 0xcd, 0xce], value);
  } else if (value >= -32) return byte(value);
  else if (value >= -(2 ** 7)) return Buffer.from([0xd0, value & 0xff]);
  else if (value >= -(2 ** 15)) return Buffer.from([0xd1, (value >> 8) & 0xff, value & 0xff]);
  const bytes = Buffer.alloc(9);
  bytes[0] = value < 0 ? 0xd3 : 0xcf;
  bytes.writeBigInt64BE(BigInt(value), 1);
  return bytes;
}

function packText(state: LuaState): Buffer {
  const bytes = Buffer.from(lua.lua_tostring(state, -1));
  return Buffer.concat([sized(0xa0, 31, [0xd9, 0xda, 0xdb], bytes.length), bytes]);
}

/** Packs an array when the keys are exactly 1 to n, otherwise a map. */
function packTable(state: LuaState): Buffer {
  const pairs: (readonly [key: Buffer, value: Buffer, number: number])[] = [];
  lua.lua_checkstack(state, SLOTS);
  lua.lua_pushnil(state);
  while (lua.lua_next(state, -2) !== 0) {
    const value = pack(state);
    lua.lua_pop(state, 1);
    const isNumber = lua.lua_type(state, -1) === lua.LUA_TNUMBER;
    lua.lua_pushvalue(state, -1);
    const key = pack(state);
    lua.lua_pop(state, 1);
    pairs.push([key, value, isNumber ? lua.lua_tonumber(state, -1) : 0]);
  }
  const isArray =
    new Set(pairs.map(([, , number]) => number)).size === pairs.length &&
    pairs.every(([, , number]) => Number.isInteger(number) && number >= 1 && number <= pairs.length);
  if (!isArray)
    return Buffer.concat([
      sized(0x80, 15, [null, 0xde, 0xdf], pairs.length),
      ...pairs.flatMap(([key, value]) => [key, value]),
    ]);
  const items = pairs.toSorted(([, , left], [, , right]) => left - right).map(([, value]) => value);
  return Buffer.concat([sized(0x90, 15, [null, 0xdc, 0xdd], items.length), ...items]);
}

/** Packs the value at the top of the stack, and leaves it there. */
function pack(state: LuaState): Buffer {
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return packText(state);
    case lua.LUA_TNUMBER:
      return packNumber(lua.lua_tonumber(state, -1));
    case lua.LUA_TBOOLEAN:
      return byte(lua.lua_toboolean(state, -1) ? 0xc3 : 0xc2);
    case lua.LUA_TTABLE:
      return packTable(state);
    default:
      return byte(0xc0);
  }
}

/** Unpacks values one by one onto the stack. Throws RangeError for invalid input. */
class Unpacker {
  at = 0;
  readonly #state: LuaState;
  readonly #bytes: Buffer;

  constructor(state: LuaState, bytes: Buffer) {
    this.#state = state;
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.at >= this.#bytes.length;
  }

  push(): void {
    lua.lua_checkstack(this.#state, SLOTS);
    const code = this.#unsigned(1);
    if (code < 0x80) this.#number(code);
    else if (code < 0x90) this.#map(code & 0x0f);
    else if (code < 0xa0) this.#array(code & 0x0f);
    else if (code < 0xc0) this.#text(code & 0x1f);
    else if (code >= 0xe0) this.#number(code - 0x100);
    else this.#coded(code);
  }

  #coded(code: number): void {
    if (code === 0xc0) lua.lua_pushnil(this.#state);
    else if (code === 0xc2 || code === 0xc3) lua.lua_pushboolean(this.#state, code === 0xc3);
    else if (code >= 0xc4 && code <= 0xc6) this.#text(this.#unsigned(2 ** (code - 0xc4)));
    else if (code === 0xca) this.#number(this.#bytes.readFloatBE(this.#skip(4)));
    else if (code === 0xcb) this.#number(this.#bytes.readDoubleBE(this.#skip(8)));
    else if (code >= 0xcc && code <= 0xce) this.#number(this.#unsigned(2 ** (code - 0xcc)));
    else if (code === 0xcf) this.#number(Number(this.#bytes.readBigUInt64BE(this.#skip(8))));
    else if (code >= 0xd0 && code <= 0xd2) {
      const size = 2 ** (code - 0xd0);
      this.#number(this.#bytes.readIntBE(this.#skip(size), size));
    } else if (code === 0xd3) this.#number(Number(this.#bytes.readBigInt64BE(this.#skip(8))));
    else if (code >= 0xd9 && code <= 0xdb) this.#text(this.#unsigned(2 ** (code - 0xd9)));
    else if (code === 0xdc || code === 0xdd) this.#array(this.#unsigned(code === 0xdc ? 2 : 4));
    else if (code === 0xde || code === 0xdf) this.#map(this.#unsigned(code === 0xde ? 2 : 4));
    else throw new RangeError('Bad data format in input.');
  }

  /** Skips `size` bytes. Returns where they begin. */
  #skip(size: number): number {
    const start = this.at;
    this.at += size;
    if (this.at > this.#bytes.length) throw new RangeError('Missing bytes in input.');
    return start;
  }

  #unsigned(size: number): number {
    return this.#bytes.readUIntBE(this.#skip(size), size);
  }

  #number(value: number): void {
    lua.lua_pushnumber(this.#state, value);
  }

  #text(size: number): void {
    const start = this.#skip(size);
    lua.lua_pushstring(this.#state, Uint8Array.from(this.#bytes.subarray(start, this.at)));
  }

  #array(size: number): void {
    lua.lua_newtable(this.#state);
    for (let index = 1; index <= size; index += 1) {
      this.push();
      lua.lua_rawseti(this.#state, -2, index);
    }
  }

  #map(size: number): void {
    lua.lua_newtable(this.#state);
    for (let index = 0; index < size; index += 1) {
      this.push();
      this.push();
      lua.lua_rawset(this.#state, -3);
    }
  }
}

export function messagePackFunctions(
  raise: (state: LuaState, text: string) => number,
): Readonly<Record<string, (state: LuaState) => number>> {
  return {
    pack(state) {
      const packed: Buffer[] = [];
      for (let index = 1, count = lua.lua_gettop(state); index <= count; index += 1) {
        lua.lua_pushvalue(state, index);
        packed.push(pack(state));
        lua.lua_pop(state, 1);
      }
      lua.lua_pushstring(state, Uint8Array.from(Buffer.concat(packed)));
      return 1;
    },
    unpack(state) {
      const unpacker = new Unpacker(state, Buffer.from(lua.lua_tostring(state, 1)));
      const before = lua.lua_gettop(state);
      try {
        while (!unpacker.isDone) unpacker.push();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return raise(state, error.message);
      }
      return lua.lua_gettop(state) - before;
    },
  };
}
