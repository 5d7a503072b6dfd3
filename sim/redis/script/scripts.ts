/**
 * The server's script cache, which a restart empties. The interpreter is created for the first
 * script, since most systems have none and creating it takes 10 ms. It is kept afterwards, with its
 * compiled scripts; no script can leave anything else in it.
 */
import { integer, word } from '../model/command.ts';
import { fail, OK, type Reply } from '../model/reply.ts';
import { type ScriptHost, sha1 } from './libraries/redis.ts';
import { Lua } from './lua.ts';

/**
 * A system that generates scripts would fill memory: beyond this number, the interpreter is
 * dropped.
 */
const COMPILED_MAX = 1000;

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';

export class Scripts {
  readonly #loaded = new Set<string>();
  #lua: Lua | null = null;

  forget(): void {
    this.#loaded.clear();
    this.#lua?.forget();
    if ((this.#lua?.size ?? 0) > COMPILED_MAX) this.#lua = null;
  }

  /** EVAL */
  evaluate([text = '', ...rest]: readonly string[], host: ScriptHost): Reply {
    const { keys, values } = split(rest);
    return this.#run(this.#load(text), keys, values, host);
  }

  /** EVALSHA */
  evaluateKnown([sha = '', ...rest]: readonly string[], host: ScriptHost): Reply {
    const { keys, values } = split(rest);
    const name = sha.toLowerCase();
    return this.#loaded.has(name) ? this.#run(name, keys, values, host) : fail(NO_SCRIPT);
  }

  /** SCRIPT LOAD, EXISTS and FLUSH */
  manage([subcommand = '', ...parameters]: readonly string[]): Reply {
    switch (word(subcommand)) {
      case 'LOAD':
        return this.#load(parameters[0] ?? '');
      case 'EXISTS':
        return parameters.map((sha) => (this.#loaded.has(sha.toLowerCase()) ? 1 : 0));
      case 'FLUSH':
        this.forget();
        return OK;
      default:
        return fail(`ERR unknown subcommand '${subcommand}'. Try SCRIPT HELP.`);
    }
  }

  #load(text: string): string {
    const sha = sha1(text);
    this.#lua ??= new Lua();
    this.#lua.prepare(sha, text);
    this.#loaded.add(sha);
    return sha;
  }

  #run(sha: string, keys: readonly string[], values: readonly string[], host: ScriptHost): Reply {
    return this.#lua?.run(sha, keys, values, host) ?? null;
  }
}

function split([numkeys, ...rest]: readonly string[]): { keys: readonly string[]; values: readonly string[] } {
  const count = integer(numkeys);
  if (count > rest.length) fail("ERR Number of keys can't be greater than number of args");
  if (count < 0) fail("ERR Number of keys can't be negative");
  return { keys: rest.slice(0, count), values: rest.slice(count) };
}
