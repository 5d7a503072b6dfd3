/** The library `redis` of Redis 7.0. */
import { createHash } from 'node:crypto';
import type { LuaState } from 'fengari';
import { bytesOf } from '../../model/bytes.ts';
import { RedisError, type Reply } from '../../model/reply.ts';
import { type Library, pushLatin1, toInteger } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { argumentNumber } from '../interpreter/numerals.ts';
import { bytesAt, latin1Of, luaText, pushText, textAt } from '../lua-values.ts';
import type { ScriptHost } from '../script-host.ts';

export const REDIS_CONSTANTS: Readonly<Record<string, number | string>> = {
  LOG_DEBUG: 0,
  LOG_VERBOSE: 1,
  LOG_NOTICE: 2,
  LOG_WARNING: 3,
  REPL_NONE: 0,
  REPL_AOF: 1,
  REPL_SLAVE: 2,
  REPL_REPLICA: 2,
  REPL_ALL: 3,
  REDIS_VERSION: '7.0.15',
  REDIS_VERSION_NUM: 0x7000f,
};

const NO_COMMAND = 'Please specify at least one argument for this redis lib call';
const INVALID_ARGUMENT = 'Lua redis lib command arguments must be strings or integers';
const INVALID_REPLY = 'wrong number or type of arguments';

/**
 * Pushes an error. The text has one character per byte. Its first word is a code if the text begins
 * with a hyphen.
 */
function pushProblem(state: LuaState, text: string): void {
  const space = text.indexOf(' ');
  const hasCode = text.startsWith('-') && space >= 0;
  const [code, rest] = hasCode
    ? [text.slice(1, space), text.slice(space + 1)]
    : ['ERR', text.startsWith('-') ? text.slice(1) : text];
  lua.lua_newtable(state);
  pushLatin1(state, `${code} ${rest.replace(/^[\r\n]+|[\r\n]+$/g, '')}`);
  lua.lua_setfield(state, -2, luaText('err'));
}

function raiseProblem(state: LuaState, text: string): number {
  pushProblem(state, text);
  return lua.lua_error(state);
}

/** Returns the words of a command, or the text of an error. */
function wordsOf(state: LuaState): readonly string[] | string {
  const count = lua.lua_gettop(state);
  const words: string[] = [];
  if (count === 0) return NO_COMMAND;
  for (let index = 1; index <= count; index += 1) {
    const type = lua.lua_type(state, index);
    if (type === lua.LUA_TNUMBER) words.push(argumentNumber(lua.lua_tonumber(state, index)));
    else if (type === lua.LUA_TSTRING) words.push(textAt(state, index));
    else return INVALID_ARGUMENT;
  }
  return words;
}

export function sha1(text: string): string {
  return createHash('sha1').update(bytesOf(text)).digest('hex');
}

/** Whether the only argument is a number, or a string that is one. */
const isOneNumber = (state: LuaState): boolean => lua.lua_gettop(state) === 1 && lua.lua_isnumber(state, 1);

/** `push` pushes replies. */
export function redisLibrary(
  host: () => ScriptHost,
  push: (state: LuaState, reply: Reply, name: string, parameters: readonly string[]) => void,
  setProtocol: (version: 2 | 3) => void,
): Library {
  const call =
    (isRaising: boolean) =>
    (state: LuaState): number => {
      const words = wordsOf(state);
      if (typeof words === 'string') pushProblem(state, words);
      else {
        const [name = '', ...parameters] = words;
        const reply = host().call(name, parameters);
        push(state, reply, name.toLowerCase(), parameters);
        if (!(reply instanceof RedisError)) return 1;
      }
      return isRaising ? lua.lua_error(state) : 1;
    };
  return {
    call: call(true),
    pcall: call(false),
    status_reply(state) {
      if (lua.lua_gettop(state) !== 1 || lua.lua_type(state, 1) !== lua.LUA_TSTRING) pushProblem(state, INVALID_REPLY);
      else {
        lua.lua_newtable(state);
        lua.lua_pushvalue(state, 1);
        lua.lua_setfield(state, -2, luaText('ok'));
      }
      return 1;
    },
    error_reply(state) {
      if (lua.lua_gettop(state) !== 1 || lua.lua_type(state, 1) !== lua.LUA_TSTRING) pushProblem(state, INVALID_REPLY);
      else pushProblem(state, `-${latin1Of(bytesAt(state, 1)).replace(/^-/, '')}`);
      return 1;
    },
    sha1hex(state) {
      if (lua.lua_gettop(state) !== 1) return raiseProblem(state, 'wrong number of arguments');
      pushText(state, createHash('sha1').update(bytesAt(state, 1)).digest('hex'));
      return 1;
    },
    log(state) {
      if (lua.lua_gettop(state) < 2) return raiseProblem(state, 'redis.log() requires two arguments or more.');
      if (!lua.lua_isnumber(state, 1)) return raiseProblem(state, 'First argument must be a number (log level).');
      const level = toInteger(lua.lua_tonumber(state, 1));
      return level < 0 || level > 3 ? raiseProblem(state, 'Invalid debug level.') : 0;
    },
    setresp(state) {
      if (lua.lua_gettop(state) !== 1) return raiseProblem(state, 'redis.setresp() requires one argument.');
      const version = isOneNumber(state) ? toInteger(lua.lua_tonumber(state, 1)) : 0;
      if (version !== 2 && version !== 3) return raiseProblem(state, 'RESP version must be 2 or 3.');
      setProtocol(version);
      return 0;
    },
    set_repl(state) {
      if (lua.lua_gettop(state) !== 1) return raiseProblem(state, 'redis.set_repl() requires two arguments.');
      const flags = isOneNumber(state) ? toInteger(lua.lua_tonumber(state, 1)) : 0;
      return flags < 0 || flags > 3
        ? raiseProblem(state, 'Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.')
        : 0;
    },
    replicate_commands(state) {
      lua.lua_pushboolean(state, true);
      return 1;
    },
    breakpoint(state) {
      lua.lua_pushboolean(state, false);
      return 1;
    },
    debug: () => 0,
    acl_check_cmd(state) {
      const words = wordsOf(state);
      if (typeof words === 'string') return raiseProblem(state, words);
      const [name = '', ...parameters] = words;
      if (!host().knows(name.toLowerCase(), parameters))
        return raiseProblem(state, 'Invalid command passed to redis.acl_check_cmd()');
      lua.lua_pushboolean(state, true);
      return 1;
    },
  };
}
