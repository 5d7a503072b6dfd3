/**
 * Tables as in Lua 5.1: an array and a hash. What a script can see of them follows: the order of
 * `pairs`, which is also that of `cjson.encode`, and the length of a table with holes. Keys that
 * Lua orders by their address, such as tables, all have the same hash.
 *
 * A Map finds the keys; the nodes of the hash only order them.
 */
import type { LuaState } from 'fengari';
import type { InnerState, Instruction, Internals, LuaString, TaggedValue } from './internals.ts';
import { tableHashes } from './table-hashes.ts';
import { ARRAY_BITS_MAX, arraySize, bitsFor, boundary, decodeSize } from './table-sizes.ts';

interface Node {
  key: TaggedValue | null;
  /** What the Map finds the node by. */
  hash: unknown;
  value: TaggedValue;
  next: Node | null;
  readonly index: number;
}

export interface LuaTable {
  /** A script may not change it. */
  isReadOnly: boolean;
}

const READ_ONLY = 'Attempt to modify a readonly table';

/** Replaces the tables of fengari. */
export function replaceTables({ defs, ldebug, lobject, lopcodes, lstate, lstring, ltable, lapi }: Internals): void {
  const { TValue, luaO_nilobject: NIL_OBJECT } = lobject;
  const { NIL, NUMBER, hashOf, mainIndex } = tableHashes({ defs, lstring });
  const { luaS_hashlongstr: textHash } = lstring;
  const NEW_TABLE = lopcodes.OpCodesI['OP_NEWTABLE'];
  const fail = (state: unknown, text: string): never => ldebug.luaG_runerror(state, defs.to_luastring(text));

  class Table implements LuaTable {
    readonly id: number;
    metatable: Table | null = null;
    flags = ~0;
    isReadOnly = false;
    array: TaggedValue[] = [];
    nodes: Node[] = [];
    readonly known = new Map<unknown, Node>();
    #free = 0;

    constructor(state: InnerState, arraySize = 0, hashSize = 0) {
      this.id = state.l_G.id_counter++;
      if (arraySize > 0) this.#resizeArray(arraySize);
      if (hashSize > 0) this.#createNodes(hashSize);
    }

    find(key: TaggedValue): TaggedValue | undefined {
      if (key.type === NUMBER) {
        const item = this.array[(key.value as number) - 1];
        if (item !== undefined) return item;
      }
      return this.known.get(hashOf(key))?.value;
    }

    findNumber(key: number): TaggedValue | undefined {
      return this.array[key - 1] ?? this.known.get(key)?.value;
    }

    /** Returns the slot of the key, which is created if there is none. */
    slot(key: TaggedValue): TaggedValue {
      return this.find(key) ?? this.#insert(key, hashOf(key));
    }

    slotOfNumber(key: number): TaggedValue {
      return this.findNumber(key) ?? this.#insert(new TValue(NUMBER, key), key);
    }

    /** The position of a key in the order of traversal; null for an unknown key. */
    positionOf(key: TaggedValue): number | null {
      if (key.type === NIL) return 0;
      if (key.type === NUMBER && this.array[(key.value as number) - 1] !== undefined) return key.value as number;
      const node = this.known.get(hashOf(key));
      return node === undefined ? null : this.array.length + node.index + 1;
    }

    get length(): number {
      const size = this.array.length;
      if (size > 0 && (this.array[size - 1] as TaggedValue).type === NIL) {
        let [low, high] = [0, size];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if ((this.array[middle - 1] as TaggedValue).type === NIL) high = middle;
          else low = middle;
        }
        return low;
      }
      if (this.nodes.length === 0) return size;
      let [low, high] = [size, size + 1];
      const has = (index: number): boolean => this.findNumber(index)?.ttisnil() === false;
      while (has(high)) [low, high] = [high, high * 2];
      return boundary(low, high, has);
    }

    /** A constructor with an unknown number of values sets the size when it knows them. */
    ensureArray(size: number): void {
      if (size > this.array.length) this.#resize(size, this.#hashSize);
    }

    get #hashSize(): number {
      return this.nodes.length;
    }

    #resizeArray(size: number): void {
      while (this.array.length < size) this.array.push(new TValue(NIL, null));
      this.array.length = size;
    }

    #createNodes(size: number): void {
      const count = size === 0 ? 0 : 2 ** bitsFor(size);
      this.nodes = Array.from({ length: count }, (_, index) => ({
        key: null,
        hash: undefined,
        value: new TValue(NIL, null),
        next: null,
        index,
      }));
      this.#free = count;
      this.known.clear();
    }

    #mainPosition(key: TaggedValue): Node {
      const count = this.nodes.length;
      return this.nodes[mainIndex(key, count)] as Node;
    }

    #insert(key: TaggedValue, hash: unknown): TaggedValue {
      if (this.nodes.length === 0) return this.#grow(key);
      let main = this.#mainPosition(key);
      if (!main.value.ttisnil()) {
        const free = this.#takeFree();
        if (free === null) return this.#grow(key);
        const other = this.#mainPosition(main.key as TaggedValue);
        if (other === main) {
          free.next = main.next;
          main.next = free;
          main = free;
        } else this.#move(main, other, free);
      }
      if (main.key !== null && this.known.get(main.hash) === main) this.known.delete(main.hash);
      main.key = new TValue(key.type, key.value);
      main.hash = hash;
      this.known.set(hash, main);
      return main.value;
    }

    /** Moves a node that is out of its main position to a free one. */
    #move(node: Node, chain: Node, free: Node): void {
      let before = chain;
      while (before.next !== node && before.next !== null) before = before.next;
      before.next = free;
      [free.key, free.hash, free.next] = [node.key, node.hash, node.next];
      // The slot moves with its value: others may hold it.
      [free.value, node.value] = [node.value, free.value];
      this.known.set(free.hash, free);
      node.key = null;
      node.next = null;
    }

    #takeFree(): Node | null {
      while (this.#free > 0) {
        this.#free -= 1;
        const node = this.nodes[this.#free] as Node;
        if (node.key === null) return node;
      }
      return null;
    }

    #isFull(): boolean {
      for (const item of this.array) if (item.type === NIL) return false;
      return true;
    }

    #grow(key: TaggedValue): TaggedValue {
      const size = this.array.length;
      // The common case: an item appended to a full array, whose size then doubles.
      if (key.value === size + 1 && this.nodes.length === 0 && (size & (size - 1)) === 0 && this.#isFull()) {
        this.#resizeArray(size === 0 ? 1 : size * 2);
        return this.array[size] as TaggedValue;
      }
      const counts = new Array<number>(ARRAY_BITS_MAX + 1).fill(0);
      let integers = 0;
      let total = 1;
      const count = (value: unknown): void => {
        if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 2 ** ARRAY_BITS_MAX) return;
        const bits = bitsFor(value);
        counts[bits] = (counts[bits] ?? 0) + 1;
        integers += 1;
      };
      for (const [index, item] of this.array.entries()) {
        if (item.ttisnil()) continue;
        count(index + 1);
        total += 1;
      }
      for (const node of this.nodes) {
        if (node.value.ttisnil()) continue;
        count(node.hash);
        total += 1;
      }
      count(key.type === NUMBER ? key.value : null);
      const [wanted, used] = arraySize(counts, integers);
      this.#resize(wanted, total - used);
      return this.slot(key);
    }

    #resize(arraySize: number, hashSize: number): void {
      const [oldArray, oldNodes] = [this.array, this.nodes];
      this.array = oldArray.slice(0, arraySize);
      this.#resizeArray(arraySize);
      this.#createNodes(hashSize);
      for (let index = arraySize; index < oldArray.length; index += 1) {
        const item = oldArray[index] as TaggedValue;
        if (!item.ttisnil()) this.slotOfNumber(index + 1).setfrom(item);
      }
      for (let index = oldNodes.length - 1; index >= 0; index -= 1) {
        const node = oldNodes[index] as Node;
        if (!node.value.ttisnil()) this.slot(node.key as TaggedValue).setfrom(node.value);
      }
    }
  }

  /** The sizes in the instruction that creates a table, if one is executed. */
  function sizesOf({ ci }: InnerState): readonly [array: number, hash: number] {
    const isLua = ci !== null && (ci.callstatus & lstate.CIST_LUA) !== 0;
    const instruction: Instruction | undefined = isLua ? ci.l_code?.[ci.l_savedpc - 1] : undefined;
    return instruction !== undefined && instruction.opcode === NEW_TABLE
      ? [decodeSize(instruction.B), decodeSize(instruction.C)]
      : [0, 0];
  }

  const index = (state: InnerState, at: number): TaggedValue =>
    state.stack[at] ?? fail(state, 'no value at this index of the stack');

  // Of the functions that set an item by number, the constructor has a separate one.
  Object.assign(lapi, {
    lua_rawseti: (state: InnerState & { top: number }, at: number, key: number) => {
      const table = lapi.lua_topointer(state, at) as Table;
      if (table.isReadOnly) fail(state, READ_ONLY);
      state.top -= 1;
      table.slotOfNumber(key).setfrom(index(state, state.top));
      delete state.stack[state.top];
    },
  });
  Object.assign(ltable, {
    Table,
    invalidateTMcache: (table: Table) => (table.flags = 0),
    luaH_new: (state: InnerState) => new Table(state, ...sizesOf(state)),
    luaH_get: (_: LuaState, table: Table, key: TaggedValue) => table.find(key) ?? NIL_OBJECT,
    luaH_getint: (table: Table, key: number) => table.findNumber(key) ?? NIL_OBJECT,
    luaH_getstr: (table: Table, key: LuaString) => table.known.get(textHash(key))?.value ?? NIL_OBJECT,
    luaH_getn: (table: Table) => table.length,
    luaH_setfrom: (state: LuaState, table: Table, key: TaggedValue, value: TaggedValue) => {
      if (table.isReadOnly) fail(state, READ_ONLY);
      if (key.type === NIL) fail(state, 'table index is nil');
      if (Number.isNaN(key.value)) fail(state, 'table index is NaN');
      table.slot(key).setfrom(value);
    },
    // Only constructors still use this: they set the last item first.
    luaH_setint: (table: Table, key: number, value: TaggedValue) => {
      table.ensureArray(key);
      table.slotOfNumber(key).setfrom(value);
    },
    luaH_next: (state: InnerState, table: Table, at: number) => {
      const key = index(state, at);
      const position = table.positionOf(key) ?? fail(state, "invalid key to 'next'");
      for (let next = position; next < table.array.length; next += 1) {
        const value = table.array[next] as TaggedValue;
        if (value.ttisnil()) continue;
        key.setfltvalue(next + 1);
        index(state, at + 1).setfrom(value);
        return true;
      }
      for (let next = Math.max(0, position - table.array.length); next < table.nodes.length; next += 1) {
        const node = table.nodes[next] as Node;
        if (node.value.ttisnil() || node.key === null) continue;
        key.setfrom(node.key);
        index(state, at + 1).setfrom(node.value);
        return true;
      }
      return false;
    },
  });
}
