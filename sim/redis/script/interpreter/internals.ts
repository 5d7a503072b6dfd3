/** The inner parts of fengari that are replaced. Names are those of its files. */
import type { LuaState } from 'fengari';

/** A slot with a value and its type. */
export interface TaggedValue {
  type: number;
  value: unknown;
  ttisnil(): boolean;
  setfrom(other: TaggedValue): void;
  setfltvalue(value: number): void;
  tsvalue(): LuaString;
}

export interface LuaString {
  /** Computed on demand. */
  hash: string | null;
  /** The hash of Lua 5.1, computed on demand. */
  hash51?: number;
  readonly realstring: Uint8Array;
}

export interface Instruction {
  readonly opcode: number;
  readonly B: number;
  readonly C: number;
}

/** The part of a state that is read. */
export interface InnerState {
  readonly ci: {
    readonly l_code: readonly Instruction[] | null;
    readonly l_savedpc: number;
    readonly callstatus: number;
  };
  readonly l_G: { id_counter: number; readonly tmname: LuaString[] };
  readonly stack: TaggedValue[];
}

export type ValueClass = {
  new (type: number, value: unknown): TaggedValue;
  readonly prototype: TaggedValue & { ttisinteger: () => boolean; setivalue: (value: number) => void };
};

export interface LexState {
  readonly L: LuaState;
  readonly h: unknown;
  readonly z: { zgetc(): number };
  envn: LuaString;
  linenumber: number;
  lastline: number;
  readonly t: { token: number; seminfo: SemanticInfo };
  readonly lookahead: { token: number; seminfo: SemanticInfo };
}

export interface SemanticInfo {
  r: number;
  ts: LuaString | null;
}

export interface Internals {
  readonly defs: {
    readonly constant_types: Record<string, number>;
    readonly to_luastring: (text: string) => Uint8Array;
    readonly thread_status: Readonly<Record<string, number>>;
  };
  readonly luaconf: { lua_number2str: (value: number) => string };
  readonly llimits: { luai_nummod: (state: LuaState, left: number, right: number) => number };
  readonly lstring: {
    luaS_hash: (bytes: Uint8Array) => string;
    luaS_hashlongstr: (text: LuaString) => string;
    luaS_newliteral: (state: LuaState, text: string) => LuaString;
    readonly luaS_new: (state: LuaState, bytes: Uint8Array) => LuaString;
  };
  readonly lobject: {
    readonly TValue: ValueClass;
    readonly luaO_nilobject: TaggedValue;
    luaO_str2num: (bytes: Uint8Array, slot: TaggedValue) => number;
    luaO_chunkid: (source: Uint8Array, size: number) => Uint8Array;
    luaO_pushfstring: (state: LuaState, format: Uint8Array, ...values: unknown[]) => Uint8Array;
    luaO_pushvfstring: (state: LuaState, format: Uint8Array, values: unknown[]) => Uint8Array;
  };
  readonly lstate: { readonly CIST_LUA: number; luaE_extendCI: (state: InnerState) => unknown };
  readonly ldo: { readonly luaD_throw: (state: InnerState, status: number) => never };
  readonly lopcodes: { readonly OpCodesI: Readonly<Record<string, number>> };
  readonly ldebug: { readonly luaG_runerror: (state: unknown, format: Uint8Array, ...values: unknown[]) => never };
  readonly ltm: {
    readonly TMS: Readonly<Record<string, number>>;
    luaT_objtypename: (state: LuaState, value: TaggedValue) => Uint8Array;
  };
  readonly ltable: Record<string, unknown>;
  readonly llex: Record<string, unknown> & {
    readonly RESERVED: Readonly<Record<string, number>>;
    readonly luaX_setinput: (...all: unknown[]) => void;
  };
  readonly lapi: { lua_topointer(state: unknown, at: number): unknown };
}
