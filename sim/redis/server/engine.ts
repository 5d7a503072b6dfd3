/**
 * The Redis data model: applies one command after the other, within the call. It knows no connections and no time but the one it is given. One
 * serves all runs of a worker; each begins with `begin`, after which nothing of the run before is left.
 */
import { hasFlag, isCommand, takes } from './command-table.ts';
import type { Surroundings } from '../model/command.ts';
import { Keyspace, type Row, type Value } from '../model/keyspace.ts';
import { fail, OK, RedisError, type Reply, type Wait } from '../model/reply.ts';
import { TABLE } from '../model/table.ts';
import { Scripts } from '../script/scripts.ts';

/** The rows of each database. */
export type RedisSnapshot = readonly ReadonlyMap<string, Row>[];

/** As a server has them that nobody has configured. */
export const DATABASES = 16;

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

/** Where a command is applied, and how. */
export interface Applying {
  readonly database: number;
  /** Whether it may wait, which it may neither within a transaction nor within a script. */
  readonly mayWait: boolean;
}

const PLAIN: Applying = { database: 0, mayWait: false };

interface Database {
  readonly keys: Keyspace;
  readonly waiting: Surroundings;
  readonly atOnce: Surroundings;
}

export class RedisEngine {
  readonly #scripts = new Scripts();
  #run = NO_RUN;
  #onChange: (key: string, database: number) => void = () => undefined;
  readonly #databases = Array.from({ length: DATABASES }, (_, number) => this.#create(number));

  /** Forgets everything of the run before: data, expiry, watches, scripts. */
  begin(run: EngineRun): void {
    this.#run = run;
    this.#onChange = () => undefined;
    this.restore([]);
  }

  /** Who is told of each key that changes. */
  watch(onChange: (key: string, database: number) => void): void {
    this.#onChange = onChange;
  }

  /** What it holds now. Unlike data, scripts live in one server's memory: no restart and no other server has them. */
  snapshot(): RedisSnapshot {
    return this.#databases.map(({ keys }) => keys.copy());
  }

  /** Holds what the snapshot says, and nothing else. */
  restore(snapshot: RedisSnapshot): void {
    for (const [number, { keys }] of this.#databases.entries()) keys.restore(snapshot[number] ?? new Map());
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
  apply(name: string, parameters: readonly string[], applying = PLAIN): Reply | Wait {
    const command = TABLE.get(name);
    const { atOnce, waiting } = this.#at(applying.database);
    try {
      if (command !== undefined) return command(parameters, applying.mayWait ? waiting : atOnce);
      if (SCRIPTED.has(name)) return this.#applyScript(name, parameters, applying.database);
      if (name === 'flushall') return this.#flushAll();
      return fail(`ERR '${name}' is not simulated: give the system something else for it, see docs/own-scenario.md`);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    }
  }

  /** Names of the keys that live now. */
  keys(database = 0): readonly string[] {
    return this.#at(database).keys.names();
  }

  has(key: string, database: number): boolean {
    return this.#at(database).keys.has(key);
  }

  /** A key's value: a string, a list, a Set, a Map for a hash, or what the richer types are kept in; undefined when there is none. */
  value(key: string, database = 0): Value | undefined {
    return this.#at(database).keys.value(key);
  }

  #at(database: number): Database {
    return this.#databases[database] as Database;
  }

  #flushAll(): Reply {
    for (const { keys } of this.#databases) keys.clear();
    return OK;
  }

  #applyScript(name: string, parameters: readonly string[], database: number): Reply {
    const isReadOnly = name.endsWith('_ro');
    const call = (called: string, given: readonly string[]) =>
      this.#problemInScript(called, given, isReadOnly) ??
      // Nothing waits in a script.
      (this.apply(called, given, { database, mayWait: false }) as Reply);
    const outside = { call, fraction: () => this.#run.fraction('script') };
    switch (name) {
      case 'eval':
      case 'eval_ro':
        return this.#scripts.evaluate(parameters, outside);
      case 'script':
        return this.#scripts.manage(parameters);
      default:
        return this.#scripts.evaluateKnown(parameters, outside);
    }
  }

  #problemInScript(name: string, parameters: readonly string[], isReadOnly: boolean): RedisError | null {
    if (!isCommand(name)) return new RedisError('ERR Unknown Redis command called from script');
    if (!takes(name, parameters.length))
      return new RedisError('ERR Wrong number of args calling Redis command from script');
    if (hasFlag(name, 'noscript')) return new RedisError(NOT_FROM_SCRIPT);
    if (!isReadOnly || !hasFlag(name, 'write')) return null;
    return new RedisError('ERR Write commands are not allowed from read-only scripts.');
  }

  #create(number: number): Database {
    const keys = new Keyspace(
      () => this.#run.nowMs(),
      (key) => this.#onChange(key, number),
    );
    const surroundings = {
      keys,
      nowMs: () => this.#run.nowMs(),
      fraction: (label: string) => this.#run.fraction(label),
    };
    return { keys, waiting: { ...surroundings, mayWait: true }, atOnce: { ...surroundings, mayWait: false } };
  }
}
