/**
 * The Redis data model: applies commands one by one, each within the call. It has no connections,
 * and its time and random values come from the run. One engine serves all runs of a worker; each
 * run begins with `begin`, which clears everything of the run before.
 */
import { validate } from './command-table.ts';
import { describeCommands } from './command-commands.ts';
import type { CommandContext } from '../model/command.ts';
import { Keyspace, type Row, type Value } from '../model/keyspace.ts';
import {
  type AwaitedKind,
  fail,
  NotSimulatedError,
  RedisError,
  refuse,
  type Reply,
  type Wait,
} from '../model/reply.ts';
import { Settings } from '../model/settings/settings.ts';
import { type ClientCounts, NO_CLIENTS, Statistics } from '../model/information/statistics.ts';
import { TABLE } from '../model/table.ts';
import { Scripts } from '../script/scripts.ts';
import { Notifications } from './notifications.ts';
import { type ChannelCommand, DATABASES, type ScriptEngine, scriptHost } from './script-commands.ts';

/** The rows of each database. */
export type RedisSnapshot = readonly ReadonlyMap<string, Row>[];

/** What a run provides. */
export interface EngineRun {
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1), for commands that pick at random. */
  fraction(label: string): number;
}

/** The server around the engine. */
export interface EngineServer {
  /** A key has changed. */
  onChange(key: string, database: number): void;
  /** A key now expires at `atMs`, or has an earlier expiry than before. */
  onExpiry(atMs: number): void;
  /** A command was applied that is not simulated; `what` names it. */
  onNotSimulated(what: string): void;
  /** A blocked command may have something to do: see `KeyspaceListener`. */
  onReady(key: string, kind: AwaitedKind, database: number): void;
  /** Its connections. */
  clients(): ClientCounts;
  /** Applies a command of a script. */
  applyChannelCommand(name: ChannelCommand, parameters: readonly string[]): Reply;
}

const NO_RUN: EngineRun = { nowMs: () => 0, fraction: () => 0 };

const SCRIPT_COMMANDS: ReadonlySet<string> = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'script']);

const NO_SERVER: EngineServer = {
  onChange: () => undefined,
  onExpiry: () => undefined,
  onNotSimulated: () => undefined,
  onReady: () => undefined,
  clients: () => NO_CLIENTS,
  applyChannelCommand: (name) => fail(`ERR '${name}' needs a server`),
};

export interface ApplyOptions {
  readonly database: number;
  /** Whether the command may block. It may not within a transaction or a script. */
  readonly mayWait: boolean;
  /** Whether a script called the command. */
  readonly isScript?: boolean;
}

const DEFAULT_OPTIONS: ApplyOptions = { database: 0, mayWait: false };

interface Database {
  readonly keys: Keyspace;
  readonly blocking: CommandContext;
  readonly nonBlocking: CommandContext;
  readonly scripted: CommandContext;
}

export class RedisEngine {
  readonly #scripts = new Scripts();
  readonly #scriptEngine: ScriptEngine = {
    apply: (name, parameters, database) =>
      this.apply(name, parameters, { database, mayWait: false, isScript: true }) as Reply,
    applyChannelCommand: (name, parameters) => this.#server.applyChannelCommand(name, parameters),
    statistics: () => this.statistics,
    fraction: () => this.#run.fraction('script'),
  };
  readonly statistics = new Statistics();
  #run = NO_RUN;
  #server = NO_SERVER;
  readonly #settings = new Settings();
  readonly #notifications = new Notifications(
    this.#settings,
    (channel, text) => void this.#server.applyChannelCommand('publish', [channel, text]),
  );
  readonly #keyspaces = Array.from({ length: DATABASES }, (_, number) => this.#createKeyspace(number));
  readonly #databases = this.#keyspaces.map((keys, number) => this.#create(keys, number));

  /** Forgets everything of the run before: data, expiry, watches, scripts. */
  begin(run: EngineRun): void {
    this.#run = run;
    this.#server = NO_SERVER;
    this.#settings.begin();
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
    this.statistics.reset();
    const next = this.watchesExpiry ? this.nextExpiryMs : null;
    if (next !== null) this.#server.onExpiry(next);
  }

  /**
   * Returns the error for an unknown command or a wrong number of parameters; null when valid. A
   * transaction does not queue an invalid command.
   */
  validateCommand(name: string, parameters: readonly string[], spelling = name): string | null {
    return validate(name, parameters, spelling);
  }

  /** Applies a command that is not about a connection. Returns errors as replies. */
  apply(name: string, parameters: readonly string[], options = DEFAULT_OPTIONS): Reply | Wait {
    const command = TABLE.get(name);
    const { blocking, nonBlocking, scripted } = this.#at(options.database);
    try {
      if (command !== undefined) {
        const context = options.isScript === true ? scripted : options.mayWait ? blocking : nonBlocking;
        const apply = () => command(parameters, context);
        if (!this.#notifications.isOn) return apply();
        return this.#notifications.observe(name, parameters, this.#keyspaces, options.database, apply);
      }
      if (SCRIPT_COMMANDS.has(name)) return this.#applyScript(name, parameters, options.database);
      if (name === 'command') return describeCommands(parameters);
      return refuse(name);
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      if (error instanceof NotSimulatedError) this.#server.onNotSimulated(error.what);
      return error;
    }
  }

  /** Whether the expiry of a key must be noticed when no command looks at the key. */
  get watchesExpiry(): boolean {
    return this.#notifications.areExpiriesOn;
  }

  /** When the next key expires, which may be in the past; null for none. Wall time. */
  get nextExpiryMs(): number | null {
    const next = this.#keyspaces.flatMap((keys) => keys.nextExpiryMs ?? []);
    return next.length === 0 ? null : Math.min(...next);
  }

  get nowMs(): number {
    return this.#run.nowMs();
  }

  /** Removes all keys that have expired. */
  expire(): void {
    for (const keys of this.#keyspaces) keys.names();
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

  #applyScript(name: string, parameters: readonly string[], database: number): Reply {
    const isReadOnly = name.endsWith('_ro');
    const hostFor = (mayNotWrite: boolean) => scriptHost(this.#scriptEngine, database, mayNotWrite);
    switch (name) {
      case 'eval':
      case 'eval_ro':
        return this.#scripts.evaluate(parameters, isReadOnly, hostFor);
      case 'script':
        return this.#scripts.manage(parameters);
      default:
        return this.#scripts.evaluateKnown(parameters, isReadOnly, hostFor);
    }
  }

  #createKeyspace(number: number): Keyspace {
    return new Keyspace(() => this.#run.nowMs(), {
      onChange: (key) => {
        this.#notifications.onChange(key, number);
        this.#server.onChange(key, number);
      },
      onReady: (key, kind) => this.#server.onReady(key, kind, number),
      onExpiry: (atMs) => {
        if (this.#notifications.isOn) this.#server.onExpiry(Number(atMs));
      },
      onExpired: (key) => {
        this.statistics.expiredKeys += 1;
        if (this.#notifications.isOn) this.#notifications.onExpired(key, number);
      },
    });
  }

  #create(keys: Keyspace, number: number): Database {
    const context = {
      keys,
      databases: this.#keyspaces,
      database: number,
      settings: this.#settings,
      statistics: this.statistics,
      clients: () => this.#server.clients(),
      scriptCount: () => this.#scripts.count,
      nowMs: () => this.#run.nowMs(),
      fraction: (label: string) => this.#run.fraction(label),
      mayWait: false,
      isScript: false,
    };
    return {
      keys,
      blocking: { ...context, mayWait: true },
      nonBlocking: context,
      scripted: { ...context, isScript: true },
    };
  }
}
