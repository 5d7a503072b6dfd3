/**
 * A Lua interpreter that keeps nothing from one script to the next, apart from the compiled
 * scripts.
 */
import { createHash } from 'node:crypto';
import type { LuaState } from 'fengari';
import { bytesOf } from '../model/bytes.ts';
import { fail, RedisError, type Reply } from '../model/reply.ts';
import { BITS } from './bits.ts';
import { lauxlib, lua, lualib } from './fengari.ts';
import { jsonFunctions } from './json.ts';
import { LuaRandom } from './random.ts';
import { fieldAt, luaText, pushReply, pushText, takeReply, textAt } from './lua-values.ts';
import { messagePackFunctions } from './message-pack.ts';
import { PRELUDE } from './prelude.ts';

/** What scripts can call. */
export interface ScriptHost {
  /** Applies a command. Returns errors as replies. */
  call(name: string, parameters: readonly string[]): Reply;
  /** Uniform in [0, 1). */
  fraction(): number;
}

/** Indexes on the Lua stack: see the constructor. */
const HANDLER = 2;
const SCRIPTS = 3;

const USER_SCRIPT = '@user_script';

export function sha1(text: string): string {
  return createHash('sha1').update(bytesOf(text)).digest('hex');
}

export class Lua {
  readonly #state = lauxlib.luaL_newstate();
  readonly #random = new LuaRandom();
  /** Indexes in the table of scripts, by SHA-1. */
  readonly #compiled = new Map<string, number>();
  #call: ScriptHost['call'] = () => null;

  constructor() {
    const state = this.#state;
    lualib.luaL_openlibs(state);
    // The bottom of the stack keeps the host's table, its error handler, and the table of scripts.
    this.#load(PRELUDE, '@prelude');
    lua.lua_newtable(state);
    lua.lua_pushvalue(state, -1);
    this.#fill({
      call: () => this.#callRedis(true),
      pcall: () => this.#callRedis(false),
      sha1hex: () => this.#sha1hex(),
      ...this.#random.functions,
    });
    this.#library('cjson', jsonFunctions(raise));
    this.#library('cmsgpack', messagePackFunctions(raise));
    this.#library('bit', BITS);
    lua.lua_rotate(state, -3, 1);
    if (lua.lua_pcall(state, 1, 0, 0) !== lua.LUA_OK) throw new Error(`prelude: ${textAt(state, -1)}`);
    lua.lua_getfield(state, -1, luaText('handler'));
    lua.lua_newtable(state);
  }

  /** Number of compiled scripts. */
  get size(): number {
    return this.#compiled.size;
  }

  /** Compiles a script. Throws `RedisError` when it does not compile. */
  prepare(sha: string, text: string): void {
    if (this.#compiled.has(sha)) return;
    if (!this.#load(text, USER_SCRIPT)) {
      const problem = textAt(this.#state, -1);
      lua.lua_pop(this.#state, 1);
      fail(`ERR Error compiling script (new function): ${problem}`);
    }
    const index = this.#compiled.size + 1;
    lua.lua_rawseti(this.#state, SCRIPTS, index);
    this.#compiled.set(sha, index);
  }

  run(sha: string, keys: readonly string[], values: readonly string[], host: ScriptHost): Reply {
    const state = this.#state;
    const bottom = lua.lua_gettop(state);
    this.#call = host.call;
    this.#random.begin(host.fraction);
    this.#global('KEYS', keys);
    this.#global('ARGV', values);
    lua.lua_rawgeti(state, SCRIPTS, this.#compiled.get(sha) ?? 0);
    const isOk = lua.lua_pcall(state, 0, 1, HANDLER) === lua.LUA_OK;
    const reply = isOk ? takeReply(state) : this.#errorOf(sha);
    lua.lua_settop(state, bottom);
    return reply;
  }

  /** Converts the error that the handler left at the top of the stack. */
  #errorOf(sha: string): RedisError {
    const state = this.#state;
    // The handler makes a table of every error of the script. Anything else is an internal error.
    if (lua.lua_type(state, -1) !== lua.LUA_TTABLE) throw new Error(`the interpreter of script ${sha} failed`);
    const [text, source, line] = [fieldAt(state, 'err'), fieldAt(state, 'source'), fieldAt(state, 'line')];
    const location = source === null ? '' : `, on ${source}:${line ?? ''}.`;
    return new RedisError(`${text ?? 'ERR unknown error'} script: ${sha}${location}`);
  }

  #load(text: string, name: string): boolean {
    const bytes = luaText(text);
    return lauxlib.luaL_loadbuffer(this.#state, bytes, bytes.length, luaText(name)) === lua.LUA_OK;
  }

  #global(name: string, values: readonly string[]): void {
    const state = this.#state;
    lua.lua_pushglobaltable(state);
    pushText(state, name);
    pushReply(state, values);
    lua.lua_rawset(state, -3);
    lua.lua_pop(state, 1);
  }

  #library(name: string, functions: Readonly<Record<string, (state: LuaState) => number>>): void {
    const state = this.#state;
    lua.lua_newtable(state);
    this.#fill(functions);
    lua.lua_setfield(state, -2, luaText(name));
  }

  /** Adds functions to the table at the top of the stack. */
  #fill(functions: Readonly<Record<string, (state: LuaState) => number>>): void {
    for (const [name, run] of Object.entries(functions)) {
      lua.lua_pushjsfunction(this.#state, run);
      lua.lua_setfield(this.#state, -2, luaText(name));
    }
  }

  /** `redis.call(name, …)` and `redis.pcall(name, …)`. */
  #callRedis(isRaising: boolean): number {
    const reply = this.#replyTo(this.#parameters());
    pushReply(this.#state, reply);
    return isRaising && reply instanceof RedisError ? lua.lua_error(this.#state) : 1;
  }

  #replyTo(texts: readonly string[] | null): Reply {
    if (texts === null) return new RedisError('ERR Lua redis lib command arguments must be strings or integers');
    const [name, ...parameters] = texts;
    if (name === undefined) return new RedisError('ERR Please specify at least one argument for this redis lib call');
    return this.#call(name.toLowerCase(), parameters);
  }

  /** Returns null when a parameter is neither a string nor a number. */
  #parameters(): string[] | null {
    const state = this.#state;
    const texts: string[] = [];
    for (let index = 1, count = lua.lua_gettop(state); index <= count; index += 1) {
      const type = lua.lua_type(state, index);
      if (type === lua.LUA_TNUMBER) texts.push(formatNumber(lua.lua_tonumber(state, index)));
      else if (type === lua.LUA_TSTRING) texts.push(textAt(state, index));
      else return null;
    }
    return texts;
  }

  #sha1hex(): number {
    pushText(this.#state, sha1(textAt(this.#state, 1)));
    return 1;
  }
}

/** Formats numbers that a script passes to a command as Redis does: with up to 17 digits. */
function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(value);
  return Number.isFinite(value)
    ? String(Number(value.toPrecision(17)))
    : String(value).toLowerCase().replace('infinity', 'inf');
}

function raise(state: LuaState, text: string): number {
  lauxlib.luaL_where(state, 1);
  pushText(state, text);
  lua.lua_concat(state, 2);
  return lua.lua_error(state);
}
