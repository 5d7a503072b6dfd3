/**
 * A Lua interpreter that keeps nothing from one script to the next, apart from the compiled scripts
 * and what Redis keeps too: the seed of `math.random` and the settings of `cjson`.
 */
import type { LuaState } from 'fengari';
import { fail, RedisError, type Reply } from '../model/reply.ts';
import { createState, ERROR_HANDLER } from './environment.ts';
import { loadInterpreter, lua } from './interpreter/fengari.ts';
import { setReadOnly } from './interpreter/read-only.ts';
import { defaultJsonSettings } from './libraries/json-settings.ts';
import { LuaRandom } from './libraries/random.ts';
import { redisLibrary } from './libraries/redis.ts';
import type { ScriptHost } from './script-host.ts';
import { load } from './load.ts';
import { luaText, pushReply, pushText, pushTyped, textAt } from './lua-values.ts';
import { type ScriptProtocol, takeReply } from './script-reply.ts';
import { typed } from '../model/reply-types.ts';

/** Indexes on the Lua stack: see the constructor. */
const HANDLER = 1;
const SCRIPTS = 2;

const USER_SCRIPT = '@user_script';

const NO_HOST: ScriptHost = { call: () => null, knows: () => false, fraction: () => 0 };

export class Lua {
  readonly #state: LuaState;
  readonly #random = new LuaRandom();
  readonly #json = defaultJsonSettings();
  /** Indexes in the table of scripts, by SHA-1. */
  readonly #compiled = new Map<string, number>();
  #host = NO_HOST;
  #protocol: ScriptProtocol = 2;
  /** An error of the simulator or of what a command has called. */
  #failure: { readonly error: unknown } | null = null;

  constructor() {
    loadInterpreter();
    const redis = redisLibrary(
      () => this.#host,
      (state, reply, name, parameters) => {
        if (this.#protocol === 3) pushTyped(state, typed(reply, { name, parameters }));
        else pushReply(state, reply);
      },
      (version) => {
        this.#protocol = version;
      },
    );
    this.#state = createState({
      redis,
      random: this.#random.functions,
      json: this.#json,
      onFailure: (error) => {
        this.#failure ??= { error };
      },
    });
    // The bottom of the stack keeps the error handler and the table of scripts.
    lua.lua_pushglobaltable(this.#state);
    lua.lua_getfield(this.#state, -1, luaText(ERROR_HANDLER));
    lua.lua_remove(this.#state, 1);
    lua.lua_newtable(this.#state);
  }

  /** Number of compiled scripts. */
  get size(): number {
    return this.#compiled.size;
  }

  /** Forgets what scripts have set: the seed of `math.random` and the settings of `cjson`. */
  forget(): void {
    this.#random.forget();
    Object.assign(this.#json, defaultJsonSettings());
  }

  /**
   * Compiles a script, whose text has one character per byte. Throws `RedisError` when it does not
   * compile.
   */
  prepare(sha: string, text: string): void {
    if (this.#compiled.has(sha)) return;
    const state = this.#state;
    if (!load(state, text, USER_SCRIPT)) {
      const problem = textAt(state, -1);
      lua.lua_pop(state, 2);
      fail(`ERR Error compiling script (new function): ${problem}`);
    }
    const index = this.#compiled.size + 1;
    lua.lua_rawseti(state, SCRIPTS, index);
    this.#compiled.set(sha, index);
  }

  run(sha: string, keys: readonly string[], values: readonly string[], host: ScriptHost): Reply {
    const state = this.#state;
    const bottom = lua.lua_gettop(state);
    this.#host = host;
    this.#random.fraction = () => host.fraction();
    this.#setGlobals(keys, values);
    lua.lua_rawgeti(state, SCRIPTS, this.#compiled.get(sha) ?? 0);
    this.#failure = null;
    this.#protocol = 2;
    const isOk = lua.lua_pcall(state, 0, 1, HANDLER) === lua.LUA_OK;
    if (this.#failure !== null) {
      lua.lua_settop(state, bottom);
      throw (this.#failure as { readonly error: unknown }).error;
    }
    const reply = isOk ? takeReply(state, this.#protocol) : this.#errorOf(sha);
    lua.lua_settop(state, bottom);
    this.#host = NO_HOST;
    return reply;
  }

  /** Converts the error that the handler left at the top of the stack. */
  #errorOf(sha: string): RedisError {
    const state = this.#state;
    // The handler makes a table of every error of the script. Anything else is an internal error.
    if (lua.lua_type(state, -1) !== lua.LUA_TTABLE) throw new Error(`the interpreter of script ${sha} failed`);
    const [text, source, line] = [this.#field('err'), this.#field('source'), this.#field('line')];
    const location = source === null || line === null ? '' : `, on ${source}:${line}.`;
    const shown = (text ?? 'ERR unknown error').split('\0')[0] ?? '';
    return new RedisError(`${shown}${location === '' ? '' : ` script: ${sha}${location}`}`.replace(/[\r\n]/g, ' '));
  }

  #field(name: string): string | null {
    const state = this.#state;
    const type = lua.lua_getfield(state, -1, luaText(name));
    const text = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER ? textAt(state, -1) : null;
    lua.lua_pop(state, 1);
    return text;
  }

  #setGlobals(keys: readonly string[], values: readonly string[]): void {
    const state = this.#state;
    lua.lua_pushglobaltable(state);
    setReadOnly(state, -1, false);
    for (const [name, texts] of [
      ['KEYS', keys],
      ['ARGV', values],
    ] as const) {
      pushText(state, name);
      pushReply(state, texts);
      lua.lua_rawset(state, -3);
    }
    setReadOnly(state, -1, true);
    lua.lua_pop(state, 1);
  }
}
