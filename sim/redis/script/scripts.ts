/**
 * The scripts that a server knows. They live in its memory: a restart forgets them. The interpreter
 * is made when the first script comes, since most systems have none; it takes 10 ms, so it is kept,
 * with what it has compiled. A script can't leave anything in it.
 */
import { integer, word } from '../model/command.ts';
import { fail, OK, type Reply } from '../model/reply.ts';
import { Lua, type ScriptHost, sha1 } from './lua.ts';

/** More would only fill memory: somebody makes a script for each call. */
const COMPILED_MAX = 1000;

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';

export class Scripts {
  readonly #known = new Set<string>();
  #lua: Lua | null = null;

  forget(): void {
    this.#known.clear();
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
    return this.#known.has(name) ? this.#run(name, keys, values, host) : fail(NO_SCRIPT);
  }

  /** SCRIPT LOAD, EXISTS and FLUSH */
  manage([subcommand = '', ...parameters]: readonly string[]): Reply {
    switch (word(subcommand)) {
      case 'LOAD':
        return this.#load(parameters[0] ?? '');
      case 'EXISTS':
        return parameters.map((sha) => (this.#known.has(sha.toLowerCase()) ? 1 : 0));
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
    this.#known.add(sha);
    return sha;
  }

  #run(sha: string, keys: readonly string[], values: readonly string[], host: ScriptHost): Reply {
    return this.#lua?.run(sha, keys, values, host) ?? null;
  }
}

function split([howMany, ...rest]: readonly string[]): { keys: readonly string[]; values: readonly string[] } {
  const count = integer(howMany);
  if (count > rest.length) fail("ERR Number of keys can't be greater than number of args");
  if (count < 0) fail("ERR Number of keys can't be negative");
  return { keys: rest.slice(0, count), values: rest.slice(count) };
}
