/** Words the errors of fengari as Lua 5.1 does. */
import type { LuaState } from 'fengari';
import type { Internals, TaggedValue } from './internals.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** fengari formats the name of the value that an error is about separately. */
const NAME = " (%s '%s')";
const TYPE_ERROR = 'attempt to %s a %s value%s';
const NAMED_TYPE_ERROR = bytesOf('attempt to %s %s (a %s value)');
/** Texts that Lua 5.1 words differently. */
const REWORDED: ReadonlyMap<string, string> = new Map([
  ['JS stack overflow', 'C stack overflow'],
  ['attempt to yield across a JS-call boundary', 'attempt to yield across metamethod/C-call boundary'],
  ['attempt to yield from outside a coroutine', 'attempt to yield across metamethod/C-call boundary'],
]);

/** Lua 5.1 knows no names of constants. */
const NAMED: ReadonlySet<string> = new Set(['local', 'global', 'field', 'upvalue', 'method']);

/** The size of a chunk's name in an error, with the byte that ends it in C. */
const NAME_SIZE = 60;

/** Shortens the name of a chunk for errors. */
export function chunkName(source: string): string {
  if (source.startsWith('=')) return source.slice(1, NAME_SIZE);
  if (source.startsWith('@')) {
    const size = NAME_SIZE - " '...' ".length - 1;
    return source.length - 1 > size ? `...${source.slice(-size)}` : source.slice(1);
  }
  const size = NAME_SIZE - ' [string "..."] '.length - 1;
  const line = source.split(/[\n\r]/, 1)[0] ?? '';
  const shown = line.slice(0, size);
  return `[string "${shown}${shown.length < source.length ? '...' : ''}"]`;
}

/** Texts that are not formatted. */
export function rewordLiterals(strings: Internals['lstring']): void {
  const literal = strings.luaS_newliteral;
  strings.luaS_newliteral = (state, text) => literal(state, REWORDED.get(text) ?? text);
}

export function replaceMessages({ lobject, ltm }: Internals): void {
  const pushFormatted = lobject.luaO_pushvfstring;
  lobject.luaO_pushvfstring = (state: LuaState, format: Uint8Array, values: unknown[]) => {
    const text = latin1(format);
    const reworded = REWORDED.get(text);
    if (reworded !== undefined) return pushFormatted(state, bytesOf(reworded), []);
    if (text !== TYPE_ERROR) return pushFormatted(state, format, values);
    const [operation, type, name] = values as [Uint8Array, Uint8Array, Uint8Array];
    return name.length === 0
      ? pushFormatted(state, format, values)
      : pushFormatted(state, NAMED_TYPE_ERROR, [operation, name, type]);
  };
  lobject.luaO_pushfstring = (state: LuaState, format: Uint8Array, ...values: unknown[]) => {
    if (latin1(format) !== NAME) return pushFormatted(state, format, values);
    const [kind, name] = values as [Uint8Array, Uint8Array];
    return NAMED.has(latin1(kind)) ? bytesOf(`${latin1(kind)} '${latin1(name)}'`) : new Uint8Array(0);
  };
  lobject.luaO_chunkid = (source) => bytesOf(chunkName(latin1(source)));
  const typeName = ltm.luaT_objtypename;
  const unnamed = { ttistable: () => false, ttisfulluserdata: () => false };
  // Lua 5.1 ignores `__name`.
  ltm.luaT_objtypename = (state: LuaState, value: TaggedValue) =>
    typeName(state, { ...unnamed, ttnov: () => value.type & 15 } as unknown as TaggedValue);
}
