/** Compiles Lua 5.1. */
import type { LuaState } from 'fengari';
import { pushLatin1 } from './arguments.ts';
import { lauxlib, lua } from './interpreter/fengari.ts';
import { LuaSyntaxError } from './interpreter/lexer.ts';
import { chunkName } from './interpreter/messages.ts';
import { validateSyntax } from './interpreter/syntax.ts';
import { latin1Bytes } from './lua-values.ts';

/** The first byte of compiled Lua, which Redis refuses. */
const COMPILED = '\x1b';

/**
 * Pushes the function that a text compiles to and returns true, or pushes nil and the error. The
 * text has one character per byte; `name` is that of the source, such as `@user_script`.
 */
export function load(state: LuaState, text: string, name: string): boolean {
  const problem = validate(text, chunkName(name));
  const bytes = latin1Bytes(text);
  if (problem !== null) {
    lua.lua_pushnil(state);
    pushLatin1(state, problem);
    return false;
  }
  if (lauxlib.luaL_loadbuffer(state, bytes, bytes.length, latin1Bytes(name)) === lua.LUA_OK) return true;
  lua.lua_pushnil(state);
  lua.lua_insert(state, -2);
  return false;
}

function validate(text: string, chunk: string): string | null {
  try {
    if (text.startsWith(COMPILED)) return `${chunk}: bad binary format`;
    validateSyntax(text, chunk);
    return null;
  } catch (error) {
    if (error instanceof LuaSyntaxError) return error.message;
    throw error;
  }
}
