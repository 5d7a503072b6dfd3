/** The keys of a table in Lua 5.1: their hashes, which order its nodes, and what a Map finds. */
import type { Internals, LuaString, TaggedValue } from './internals.ts';

const bytesOfNumber = new DataView(new ArrayBuffer(8));

/** The hash of strings in Lua 5.1, of 32 bits. */
function hashOfText(text: LuaString): number {
  if (text.hash51 !== undefined) return text.hash51;
  const bytes = text.realstring;
  const step = (bytes.length >> 5) + 1;
  let hash = bytes.length;
  for (let size = bytes.length; size >= step; size -= step) hash ^= (hash << 5) + (hash >>> 2) + (bytes[size - 1] ?? 0);
  text.hash51 = hash >>> 0;
  return text.hash51;
}

function hashOfNumber(value: number): number {
  bytesOfNumber.setFloat64(0, value);
  return (bytesOfNumber.getUint32(0) + bytesOfNumber.getUint32(4)) >>> 0;
}

export interface TableHashes {
  readonly NIL: number;
  readonly NUMBER: number;
  /** Returns what the Map finds the key by; undefined for keys that no table has. */
  hashOf(key: TaggedValue): unknown;
  /** The index of the node that a key should have, among `count`. */
  mainIndex(key: TaggedValue, count: number): number;
}

export function tableHashes({ defs, lstring }: Pick<Internals, 'defs' | 'lstring'>): TableHashes {
  const types = defs.constant_types;
  const type = (name: string): number => types[name] ?? 0;
  const [NIL, NUMBER, BOOLEAN, USERDATA] = [
    type('LUA_TNIL'),
    type('LUA_TNUMFLT'),
    type('LUA_TBOOLEAN'),
    type('LUA_TLIGHTUSERDATA'),
  ];
  const STRINGS: ReadonlySet<number> = new Set([type('LUA_TSHRSTR'), type('LUA_TLNGSTR')]);
  const { luaS_hashlongstr: textHash } = lstring;

  /** Userdata and keys of other types must not collide in the Map. */
  const userdata = new WeakMap<object, object>();
  const userdataHash = (value: unknown): unknown => {
    // The compiler has numbers as such keys. Hashes of strings begin otherwise.
    if (typeof value !== 'object' || value === null) return `*${String(value)}`;
    const hash = userdata.get(value) ?? {};
    userdata.set(value, hash);
    return hash;
  };

  function hashOf(key: TaggedValue): unknown {
    if (STRINGS.has(key.type)) return textHash(key.value as LuaString);
    if (key.type === NIL || Number.isNaN(key.value)) return undefined;
    return key.type === USERDATA ? userdataHash(key.value) : key.value;
  }

  function mainIndex(key: TaggedValue, count: number): number {
    const odd = (count - 1) | 1;
    if (STRINGS.has(key.type)) return hashOfText(key.value as LuaString) & (count - 1);
    if (key.type === BOOLEAN) return (key.value === true ? 1 : 0) & (count - 1);
    if (key.type === NUMBER) return key.value === 0 ? 0 : hashOfNumber(key.value as number) % odd;
    return 0;
  }

  return { NIL, NUMBER, hashOf, mainIndex };
}
