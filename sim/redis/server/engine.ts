/**
 * The Redis data model: applies commands one by one, each within the call. It has no connections,
 * and its time and random values come from the run. One engine serves all runs of a worker; each
 * run begins with `begin`, which clears everything of the run before.
 */
import { hasFlag, isCommand, takes } from './command-table.ts';
import { type CommandContext, integer, word } from '../model/command.ts';
import { Keyspace, type Row, type Value } from '../model/keyspace.ts';
import { fail, OK, RedisError, type Reply, Status, type Wait } from '../model/reply.ts';
import { TABLE } from '../model/table.ts';
import { Scripts } from '../script/scripts.ts';

/** The rows of each database. */
export type RedisSnapshot = readonly ReadonlyMap<string, Row>[];

/** The default of a real server. */
export const DATABASES = 16;

/** What a run provides. */
export interface EngineRun {
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1), for commands that pick at random. */
  fraction(label: string): number;
}

/** What a script may do with channels. */
export type ChannelCommand = 'publish' | 'spublish' | 'pubsub';

/** The server around the engine. */
export interface EngineServer {
  /** A key has changed. */
  onChange(key: string, database: number): void;
  /** Applies a command of a script. */
  applyChannelCommand(name: ChannelCommand, parameters: readonly string[]): Reply;
}

const NO_RUN: EngineRun = { nowMs: () => 0, fraction: () => 0 };

const SCRIPT_COMMANDS: ReadonlySet<string> = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'script']);

const NO_SERVER: EngineServer = {
  onChange: () => undefined,
  applyChannelCommand: (name) => fail(`ERR '${name}' needs a server`),
};

/** Of these, scripts may call HELP only. */
const NOT_IN_SCRIPTS: ReadonlySet<string> = new Set('acl client config function latency module script'.split(' '));

const NOT_FROM_SCRIPT = 'ERR This Redis command is not allowed from script';

export interface ApplyOptions {
  readonly database: number;
  /** Whether the command may block. It may not within a transaction or a script. */
  readonly mayWait: boolean;
}

const DEFAULT_OPTIONS: ApplyOptions = { database: 0, mayWait: false };

interface Database {
  readonly keys: Keyspace;
  readonly blocking: CommandContext;
  readonly nonBlocking: CommandContext;
}

export class RedisEngine {
  readonly #scripts = new Scripts();
  #run = NO_RUN;
  #server = NO_SERVER;
  readonly #databases = Array.from({ length: DATABASES }, (_, number) => this.#create(number));

  /** Forgets everything of the run before: data, expiry, watches, scripts. */
  begin(run: EngineRun): void {
    this.#run = run;
    this.#server = NO_SERVER;
    this.restore([]);
  }

  /** Connects the engine to the server, until the next `begin`. */
  connect(server: EngineServer): void {
    this.#server = server;
  }

  /**
   * Returns the data. Scripts are not part of it: they are lost when a real server restarts or
   * fails over.
   */
  snapshot(): RedisSnapshot {
    return this.#databases.map(({ keys }) => keys.copy());
  }

  /** Replaces all data by the snapshot, and forgets all scripts. */
  restore(snapshot: RedisSnapshot): void {
    for (const [number, { keys }] of this.#databases.entries()) keys.restore(snapshot[number] ?? new Map());
    this.#scripts.forget();
  }

  /**
   * Returns the error for an unknown command or a wrong number of parameters; null when valid. A
   * transaction does not queue an invalid command.
   */
  validateCommand(name: string, parameters: readonly string[]): string | null {
    if (!isCommand(name)) {
      const quoted = parameters.map((parameter) => `'${parameter}' `).join('');
      return `ERR unknown command '${name}', with args beginning with: ${quoted}`;
    }
    return takes(name, parameters.length) ? null : `ERR wrong number of arguments for '${name}' command`;
  }

  /** Applies a command that is not about a connection. Returns errors as replies. */
  apply(name: string, parameters: readonly string[], options = DEFAULT_OPTIONS): Reply | Wait {
    const command = TABLE.get(name);
    const { blocking, nonBlocking } = this.#at(options.database);
    try {
      if (command !== undefined) return command(parameters, options.mayWait ? blocking : nonBlocking);
      if (SCRIPT_COMMANDS.has(name)) return this.#applyScript(name, parameters, options.database);
      if (name === 'flushall') return this.#flushAll();
      return fail(`ERR '${name}' is not simulated: give the system a substitute for it, see docs/redis.md`);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    }
  }

  /** Returns the names of all keys that have not expired. */
  keys(database = 0): readonly string[] {
    return this.#at(database).keys.names();
  }

  has(key: string, database: number): boolean {
    return this.#at(database).keys.has(key);
  }

  /**
   * Returns a key's value: a string, an array for a list, a Set, a Map for a hash, a SortedSet or a
   * Stream; undefined when there is no such key.
   */
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
    // SELECT has an effect until the script ends.
    let selected = database;
    const select = (number: number): void => {
      selected = number;
    };
    const call = (command: string, rest: readonly string[]) =>
      this.#validateInScript(command, rest, isReadOnly) ?? this.#applyInScript(command, rest, selected, select);
    const host = {
      call,
      knows: (command: string) => isCommand(command),
      fraction: () => this.#run.fraction('script'),
    };
    switch (name) {
      case 'eval':
      case 'eval_ro':
        return this.#scripts.evaluate(parameters, host);
      case 'script':
        return this.#scripts.manage(parameters);
      default:
        return this.#scripts.evaluateKnown(parameters, host);
    }
  }

  #applyInScript(
    name: string,
    parameters: readonly string[],
    database: number,
    select: (number: number) => void,
  ): Reply {
    if (name === 'ping' && parameters.length > 1)
      return new RedisError("ERR wrong number of arguments for 'ping' command");
    if (name === 'ping') return parameters[0] ?? new Status('PONG');
    if (name.startsWith('xread') && parameters.some((parameter) => word(parameter) === 'BLOCK'))
      return new RedisError(`ERR ${name} command is not allowed with BLOCK option from scripts`);
    if (name === 'select') return asReply(() => selectIn(parameters[0], select));
    if (name === 'readonly' || name === 'readwrite')
      return new RedisError('ERR This instance has cluster support disabled');
    if (name === 'publish' || name === 'spublish' || name === 'pubsub')
      return this.#server.applyChannelCommand(name, parameters);
    // Commands in a script do not block, so this is not a Wait.
    return this.apply(name, parameters, { database, mayWait: false }) as Reply;
  }

  #validateInScript(name: string, parameters: readonly string[], isReadOnly: boolean): RedisError | null {
    if (!isCommand(name)) return new RedisError('ERR Unknown Redis command called from script');
    if (!takes(name, parameters.length))
      return new RedisError('ERR Wrong number of args calling Redis command from script');
    const isContainer = NOT_IN_SCRIPTS.has(name) && word(parameters[0]) !== 'HELP';
    if (hasFlag(name, 'noscript') || isContainer) return new RedisError(NOT_FROM_SCRIPT);
    const isWrite = hasFlag(name, 'write') || name === 'publish' || name === 'spublish';
    if (!isReadOnly || !isWrite) return null;
    return new RedisError('ERR Write commands are not allowed from read-only scripts.');
  }

  #create(number: number): Database {
    const keys = new Keyspace(
      () => this.#run.nowMs(),
      (key) => this.#server.onChange(key, number),
    );
    const context = {
      keys,
      nowMs: () => this.#run.nowMs(),
      fraction: (label: string) => this.#run.fraction(label),
    };
    return { keys, blocking: { ...context, mayWait: true }, nonBlocking: { ...context, mayWait: false } };
  }
}

/** Returns errors as replies. */
function asReply(apply: () => Reply): Reply {
  try {
    return apply();
  } catch (error) {
    if (error instanceof RedisError) return error;
    throw error;
  }
}

/** SELECT */
export function selectIn(index: string | undefined, select: (database: number) => void): Reply {
  const database = integer(index);
  if (database < 0 || database >= DATABASES) fail('ERR DB index is out of range');
  select(database);
  return OK;
}
