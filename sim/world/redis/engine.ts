/**
 * The Redis data model: applies one command after the other, within the call. It knows no connections and no time but the one it is given. One
 * serves all runs of a worker; each begins with `begin`, after which nothing of the run before is left.
 */
import { hasFlag, isCommand, takes } from './commands.ts';
import type { Surroundings } from './model/command.ts';
import { Keyspace, type Row, type Value } from './model/keyspace.ts';
import { RedisError, type Reply, type Wait } from './model/reply.ts';
import { TABLE } from './model/table.ts';
import { Scripts } from './script/scripts.ts';

export type RedisSnapshot = ReadonlyMap<string, Row>;

/** What a run gives. */
export interface EngineRun {
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1), for a command that draws lots. */
  fraction(label: string): number;
}

const NO_RUN: EngineRun = { nowMs: () => 0, fraction: () => 0 };

const SCRIPTED: ReadonlySet<string> = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'script']);

const NOT_FROM_SCRIPT = 'ERR This Redis command is not allowed from script';

export class RedisEngine {
  readonly #scripts = new Scripts();
  #run = NO_RUN;
  readonly #keys = new Keyspace(() => this.#run.nowMs());
  readonly #waiting: Surroundings = this.#surroundings(true);
  readonly #atOnce: Surroundings = this.#surroundings(false);

  /** Forgets everything of the run before: data, expiry, watches, scripts. */
  begin(run: EngineRun): void {
    this.#run = run;
    this.#keys.onChange = () => undefined;
    this.restore(new Map());
  }

  /** Who is told of each key that changes. */
  watch(onChange: (key: string) => void): void {
    this.#keys.onChange = onChange;
  }

  /** What it holds now. Unlike data, scripts live in one server's memory: no restart and no other server has them. */
  snapshot(): RedisSnapshot {
    return this.#keys.copy();
  }

  /** Holds what the snapshot says, and nothing else. */
  restore(snapshot: RedisSnapshot): void {
    this.#keys.restore(snapshot);
    this.#scripts.forget();
  }

  /** Why a command can't be applied, whatever it finds: null when it can. A transaction takes no such command. */
  problemOf(name: string, parameters: readonly string[]): string | null {
    if (!isCommand(name)) {
      const shown = parameters.map((parameter) => `'${parameter}' `).join('');
      return `ERR unknown command '${name}', with args beginning with: ${shown}`;
    }
    return takes(name, parameters.length) ? null : `ERR wrong number of arguments for '${name}' command`;
  }

  /** Applies a command that belongs to no connection. An error is a reply too. */
  apply(name: string, parameters: readonly string[], mayWait = false): Reply | Wait {
    const command = TABLE.get(name);
    try {
      if (command !== undefined) return command(parameters, mayWait ? this.#waiting : this.#atOnce);
      if (SCRIPTED.has(name)) return this.#applyScript(name, parameters);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    }
    return new RedisError(
      `ERR '${name}' is not simulated: give the system something else for it, see docs/own-scenario.md`,
    );
  }

  /** Names of the keys that live now. */
  keys(): readonly string[] {
    return this.#keys.names();
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** A key's value: a string, a list, a Set, a Map for a hash, or what the richer types are kept in; undefined when there is none. */
  value(key: string): Value | undefined {
    return this.#keys.value(key);
  }

  #applyScript(name: string, parameters: readonly string[]): Reply {
    const call = (called: string, given: readonly string[]) =>
      this.#callFromScript(called, given, name.endsWith('_ro'));
    switch (name) {
      case 'eval':
      case 'eval_ro':
        return this.#scripts.evaluate(parameters, call);
      case 'script':
        return this.#scripts.manage(parameters);
      default:
        return this.#scripts.evaluateKnown(parameters, call);
    }
  }

  #callFromScript(name: string, parameters: readonly string[], isReadOnly: boolean): Reply {
    if (!isCommand(name)) return new RedisError('ERR Unknown Redis command called from script');
    if (!takes(name, parameters.length))
      return new RedisError('ERR Wrong number of args calling Redis command from script');
    if (hasFlag(name, 'noscript')) return new RedisError(NOT_FROM_SCRIPT);
    if (isReadOnly && hasFlag(name, 'write'))
      return new RedisError('ERR Write commands are not allowed from read-only scripts.');
    // Nothing waits in a script.
    return this.apply(name, parameters) as Reply;
  }

  #surroundings(mayWait: boolean): Surroundings {
    return {
      keys: this.#keys,
      nowMs: () => this.#run.nowMs(),
      fraction: (label) => this.#run.fraction(label),
      mayWait,
    };
  }
}
