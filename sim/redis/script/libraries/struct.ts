/** The library `struct` for scripts, after lua_struct.c of Redis: packs values into strings. */
import type { LuaState } from 'fengari';
import {
  argumentError,
  checkBytes,
  checkLatin1,
  checkNumber,
  type Library,
  optionalInteger,
  raise,
  toUnsigned,
} from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';

const INTEGER_MAX = 32;
const ALIGNMENT_MAX = 8;
const NUMBER_MAX = 2 ** 31 - 1;
const SIZES: Readonly<Record<string, number>> = { b: 1, B: 1, h: 2, H: 2, l: 8, L: 8, T: 8, f: 4, d: 8, x: 1 };
const INTEGERS = 'bBhHlLTiI';

/** Reads a format, option by option. */
class Format {
  isLittle = true;
  readonly #state: LuaState;
  readonly #text: string;
  #alignment = 1;
  #at = 0;

  constructor(state: LuaState) {
    this.#state = state;
    this.#text = checkLatin1(state, 1).split('\0')[0] ?? '';
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Returns the next option, its size in bytes and the padding before it at `position`. */
  next(position: number): { readonly option: string; readonly size: number; readonly padding: number } {
    const option = this.#text.charAt(this.#at);
    this.#at += 1;
    const size = this.#sizeOf(option);
    const aligned = Math.min(size, this.#alignment);
    // In C: (size - (position & (size - 1))) & (size - 1).
    const padding = size === 0 || option === 'c' ? 0 : (aligned - (position & (aligned - 1))) & (aligned - 1);
    return { option, size, padding };
  }

  /** An option that is about the format itself. */
  control(option: string): void {
    if (option === '>') this.isLittle = false;
    else if (option === '<') this.isLittle = true;
    else if (option === '!') {
      const alignment = this.#number(ALIGNMENT_MAX);
      if (alignment <= 0 || (alignment & (alignment - 1)) !== 0)
        raise(this.#state, `alignment ${alignment} is not a power of 2`);
      this.#alignment = alignment;
    } else if (option !== ' ') argumentError(this.#state, 1, `invalid format option '${option}'`);
  }

  #sizeOf(option: string): number {
    if (option === 'c') return this.#number(1);
    if (option !== 'i' && option !== 'I') return SIZES[option] ?? 0;
    const size = this.#number(4);
    return size > INTEGER_MAX
      ? raise(this.#state, `integral size ${size} is larger than limit of ${INTEGER_MAX}`)
      : size;
  }

  #number(otherwise: number): number {
    const [digits] = /^\d+/.exec(this.#text.slice(this.#at)) ?? [];
    if (digits === undefined) return otherwise;
    this.#at += digits.length;
    return Number(digits) > NUMBER_MAX ? raise(this.#state, 'integral size overflow') : Number(digits);
  }
}

function packedInteger(value: number, size: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  let rest = toUnsigned(value);
  for (let index = 0; index < size; index += 1) {
    bytes[isLittle ? index : size - 1 - index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function unpackedInteger(bytes: Buffer, isLittle: boolean, isSigned: boolean): number {
  let value = 0n;
  for (let index = 0; index < bytes.length; index += 1)
    value = BigInt.asUintN(64, (value << 8n) | BigInt(bytes[isLittle ? bytes.length - 1 - index : index] ?? 0));
  return Number(isSigned ? BigInt.asIntN(64, BigInt.asIntN(Math.min(64, bytes.length * 8), value)) : value);
}

function packedDouble(value: number, size: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return isLittle ? bytes : bytes.reverse();
}

/** Pops the size that precedes a `c0`. */
function previousSize(state: LuaState, count: number): number {
  if (count === 0 || !lua.lua_isnumber(state, -1)) raise(state, "format 'c0' needs a previous size");
  const size = lua.lua_tonumber(state, -1);
  lua.lua_pop(state, 1);
  return size;
}

export const STRUCT: Library = {
  pack(state) {
    const format = new Format(state);
    // As in C, where a mark follows the arguments: an argument that is missing counts as nil.
    lua.lua_pushnil(state);
    const parts: Uint8Array[] = [];
    let argument = 2;
    let total = 0;
    while (!format.isDone) {
      const { option, size, padding } = format.next(total);
      let length = size;
      parts.push(Buffer.alloc(padding));
      if (INTEGERS.includes(option)) {
        parts.push(packedInteger(checkNumber(state, argument), size, format.isLittle));
        argument += 1;
      } else if (option === 'x') parts.push(Buffer.alloc(1));
      else if (option === 'f' || option === 'd') {
        parts.push(packedDouble(checkNumber(state, argument), size, format.isLittle));
        argument += 1;
      } else if (option === 'c' || option === 's') {
        const bytes = checkBytes(state, argument);
        argument += 1;
        if (length === 0) length = bytes.length;
        if (bytes.length < length) argumentError(state, argument, 'string too short');
        parts.push(bytes.subarray(0, length));
        if (option === 's') {
          parts.push(Buffer.alloc(1));
          length += 1;
        }
      } else format.control(option);
      total += padding + length;
    }
    lua.lua_pushstring(state, Uint8Array.from(Buffer.concat(parts)));
    return 1;
  },
  unpack(state) {
    const format = new Format(state);
    const data = Buffer.from(checkBytes(state, 2));
    const first = optionalInteger(state, 3, 1);
    if (first === 0) argumentError(state, 3, 'offset must be 1 or greater');
    // A negative offset is a huge unsigned one in C.
    let at = first < 0 ? Infinity : first - 1;
    let count = 0;
    const ensure = (size: number): void => {
      if (size > data.length || at > data.length - size || size < 0) argumentError(state, 2, 'data string too short');
    };
    while (!format.isDone) {
      const { option, size, padding } = format.next(at);
      let length = size;
      at += padding;
      ensure(size);
      if (!lua.lua_checkstack(state, 2)) raise(state, 'stack overflow (too many results)');
      if (INTEGERS.includes(option)) {
        const isSigned = option === option.toLowerCase();
        lua.lua_pushnumber(state, unpackedInteger(data.subarray(at, at + size), format.isLittle, isSigned));
        count += 1;
      } else if (option === 'f' || option === 'd') {
        const bytes = Buffer.from(data.subarray(at, at + size));
        if (!format.isLittle) bytes.reverse();
        lua.lua_pushnumber(state, size === 4 ? bytes.readFloatLE() : bytes.readDoubleLE());
        count += 1;
      } else if (option === 'c') {
        if (length === 0) {
          length = previousSize(state, count);
          count -= 1;
          ensure(length);
        }
        lua.lua_pushstring(state, Uint8Array.from(data.subarray(at, at + length)));
        count += 1;
      } else if (option === 's') {
        const end = data.indexOf(0, at);
        if (end < 0) raise(state, 'unfinished string in data');
        lua.lua_pushstring(state, Uint8Array.from(data.subarray(at, end)));
        length = end - at + 1;
        count += 1;
      } else if (option !== 'x') format.control(option);
      at += length;
    }
    lua.lua_pushnumber(state, at + 1);
    return count + 1;
  },
  size(state) {
    const format = new Format(state);
    let total = 0;
    while (!format.isDone) {
      const { option, size, padding } = format.next(total);
      if (option === 's') argumentError(state, 1, "option 's' has no fixed size");
      if (option === 'c' && size === 0) argumentError(state, 1, "option 'c0' has no fixed size");
      if (!/[A-Za-z0-9]/.test(option)) format.control(option);
      total += padding + size;
    }
    lua.lua_pushnumber(state, total);
    return 1;
  },
};
