/** Decodes MessagePack. Format: msgpack.org/spec. */
import type { LuaState } from 'fengari';
import { checkDepth } from '../depth.ts';
import { lua } from '../interpreter/fengari.ts';
import { SLOTS } from '../lua-values.ts';

export class UnpackError extends Error {}

/** Unpacks values one by one onto the stack. Throws `UnpackError` for invalid input. */
export class Unpacker {
  at: number;
  readonly #state: LuaState;
  readonly #bytes: Buffer;
  #depth = 0;

  constructor(state: LuaState, bytes: Buffer, at: number) {
    this.#state = state;
    this.#bytes = bytes;
    this.at = at;
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
    else if (code === 0xca) this.#number(this.#bytes.readFloatBE(this.#skip(4)));
    else if (code === 0xcb) this.#number(this.#bytes.readDoubleBE(this.#skip(8)));
    else if (code >= 0xcc && code <= 0xce) this.#number(this.#unsigned(2 ** (code - 0xcc)));
    // Redis takes an unsigned integer of 64 bits for a signed one.
    else if (code === 0xcf || code === 0xd3) this.#number(Number(this.#bytes.readBigInt64BE(this.#skip(8))));
    else if (code >= 0xd0 && code <= 0xd2) {
      const size = 2 ** (code - 0xd0);
      this.#number(this.#bytes.readIntBE(this.#skip(size), size));
    } else if (code >= 0xd9 && code <= 0xdb) this.#text(this.#unsigned(2 ** (code - 0xd9)));
    else if (code === 0xdc || code === 0xdd) this.#array(this.#unsigned(code === 0xdc ? 2 : 4));
    else if (code === 0xde || code === 0xdf) this.#map(this.#unsigned(code === 0xde ? 2 : 4));
    else throw new UnpackError('Bad data format in input.');
  }

  /** Skips `size` bytes. Returns where they begin. */
  #skip(size: number): number {
    const start = this.at;
    this.at += size;
    if (this.at > this.#bytes.length) throw new UnpackError('Missing bytes in input.');
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
    this.#descend();
    lua.lua_newtable(this.#state);
    for (let index = 1; index <= size; index += 1) {
      this.push();
      lua.lua_rawseti(this.#state, -2, index);
    }
    this.#depth -= 1;
  }

  /** Begins a table, which lasts until its depth is subtracted. */
  #descend(): void {
    this.#depth += 1;
    checkDepth(this.#depth);
  }

  #map(size: number): void {
    this.#descend();
    lua.lua_newtable(this.#state);
    for (let index = 0; index < size; index += 1) {
      this.push();
      this.push();
      lua.lua_rawset(this.#state, -3);
    }
    this.#depth -= 1;
  }
}
