/**
 * The server's script cache, which a restart empties. The interpreter is created for the first
 * script, since most systems have none and creating it takes 10 ms. It is kept afterwards, with its
 * compiled scripts; no script can leave anything else in it.
 */
import { latin1Of } from '../model/bytes.ts';
import { integer, word } from '../model/command.ts';
import { fail, OK, RedisError, refuse, type Reply } from '../model/reply.ts';
import { sha1 } from './libraries/redis.ts';
import type { ScriptHost } from './script-host.ts';
import { Lua } from './lua.ts';
import { parseShebang } from './shebang.ts';

/**
 * A system that generates scripts would fill memory: beyond this number, the interpreter is
 * dropped.
 */
const COMPILED_MAX = 1000;

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';

/** Creates what a script can call, which depends on whether it may write. */
export type HostFor = (isReadOnly: boolean) => ScriptHost;

export class Scripts {
  /** The flags of each script, by SHA-1: see `Shebang`. */
  readonly #loaded = new Map<string, ReadonlySet<string> | null>();
  #lua: Lua | null = null;

  /** Number of scripts that the server knows. */
  get count(): number {
    return this.#loaded.size;
  }

  forget(): void {
    this.#loaded.clear();
    this.#lua?.forget();
    if ((this.#lua?.size ?? 0) > COMPILED_MAX) this.#lua = null;
  }

  /** EVAL and, if `isReadOnly`, EVAL_RO */
  evaluate([text = '', ...rest]: readonly string[], isReadOnly: boolean, hostFor: HostFor): Reply {
    const { keys, values } = split(rest);
    return this.#run(this.#load(text), keys, values, isReadOnly, hostFor);
  }

  /** EVALSHA and, if `isReadOnly`, EVALSHA_RO */
  evaluateKnown([sha = '', ...rest]: readonly string[], isReadOnly: boolean, hostFor: HostFor): Reply {
    if (sha.length !== 40) fail(NO_SCRIPT);
    const { keys, values } = split(rest);
    const name = sha.toLowerCase();
    return this.#loaded.has(name) ? this.#run(name, keys, values, isReadOnly, hostFor) : fail(NO_SCRIPT);
  }

  /** The flags of the script of an EVAL or its relatives; null if it declares none. */
  flagsOf(name: string, [script = '']: readonly string[]): ReadonlySet<string> | null {
    const isText = !name.startsWith('evalsha');
    const flags = this.#loaded.get(isText ? sha1(script) : script.toLowerCase());
    if (flags !== undefined || !isText) return flags ?? null;
    return script.startsWith('#!') ? flagsIn(script) : null;
  }

  /** SCRIPT */
  manage([subcommand = '', ...parameters]: readonly string[]): Reply {
    const [first = ''] = parameters;
    switch (word(subcommand)) {
      case 'LOAD':
        return this.#load(first);
      case 'EXISTS':
        return parameters.map((sha) => (this.#loaded.has(sha.toLowerCase()) ? 1 : 0));
      case 'FLUSH':
        if (parameters.length > 1 || (parameters.length === 1 && !['SYNC', 'ASYNC'].includes(word(first))))
          fail('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
        this.forget();
        return OK;
      case 'KILL':
        // A script takes no time, so none is under way.
        return fail('NOTBUSY No scripts in execution right now.');
      case 'DEBUG':
        if (['YES', 'SYNC'].includes(word(first))) return refuse(`script debug ${first.toLowerCase()}`);
        return word(first) === 'NO' ? OK : fail('ERR Use SCRIPT DEBUG YES/SYNC/NO');
      default:
        return fail(`ERR unknown subcommand '${subcommand}'. Try SCRIPT HELP.`);
    }
  }

  #load(text: string): string {
    const sha = sha1(text);
    if (this.#loaded.has(sha)) return sha;
    const { body, flags } = parseShebang(latin1Of(text));
    this.#lua ??= new Lua();
    this.#lua.prepare(sha, body);
    this.#loaded.set(sha, flags);
    return sha;
  }

  #run(sha: string, keys: readonly string[], values: readonly string[], isReadOnly: boolean, hostFor: HostFor): Reply {
    const flags = this.#loaded.get(sha) ?? null;
    const mayWrite = flags?.has('no-writes') !== true;
    if (isReadOnly && flags !== null && mayWrite)
      fail('ERR Can not execute a script with write flag using *_ro command.');
    return this.#lua?.run(sha, keys, values, hostFor(isReadOnly || !mayWrite)) ?? null;
  }
}

/** Null without a first line that is valid. */
function flagsIn(script: string): ReadonlySet<string> | null {
  try {
    return parseShebang(latin1Of(script)).flags;
  } catch (error) {
    if (error instanceof RedisError) return null;
    throw error;
  }
}

function split([numkeys, ...rest]: readonly string[]): { keys: readonly string[]; values: readonly string[] } {
  const count = integer(numkeys);
  if (count > rest.length) fail("ERR Number of keys can't be greater than number of args");
  if (count < 0) fail("ERR Number of keys can't be negative");
  return { keys: rest.slice(0, count), values: rest.slice(count) };
}
