/**
 * The Redis data model: applies commands one by one, each within the call. It has no connections,
 * and its time and random values come from the run. One engine serves all runs of a worker; each
 * run begins with `begin`, which clears everything of the run before.
 */
import { infoFor, validate } from './command-table.ts';
import { describeCommands } from './command-commands.ts';
import type { CommandContext } from '../model/command.ts';
import { Keyspace, type Row, type Value } from '../model/keyspace.ts';
import { NotSimulatedError, RedisError, refuse, type Reply, type Wait } from '../model/reply.ts';
import { Settings } from '../model/settings/settings.ts';
import { Statistics } from '../model/information/statistics.ts';
import { TABLE } from '../model/table.ts';
import { Scripts } from '../script/scripts.ts';
import { Notifications, type ObservedCommand } from './notifications/notifications.ts';
import { DATABASES, type ScriptEngine, scriptHost } from './script-commands.ts';
import { type EngineServer, NO_SERVER } from './engine-server.ts';
import { isScript } from './sent-command.ts';

/** The rows of each database. */
export type RedisSnapshot = readonly ReadonlyMap<string, Row>[];

/** What a run provides. */
export interface EngineRun {
  /** Wall time of the server. */
  nowMs(): number;
  /** Uniform in [0, 1), for commands that pick at random. */
  fraction(label: string): number;
}

const NO_RUN: EngineRun = { nowMs: () => 0, fraction: () => 0 };

/** Commands without the flag `write` that a server may pass on to its replicas. */
const MAY_REPLICATE: ReadonlySet<string> = new Set(['eval', 'evalsha', 'publish', 'spublish', 'pfcount']);

export interface ApplyOptions {
  readonly database: number;
  /** Whether the command may block. It may not within a transaction or a script. */
  readonly mayWait: boolean;
  /** Whether a script called the command. */
  readonly isScript?: boolean;
  /** The server that received the command: see `demote`. The master by default. */
  readonly server?: number;
}

const DEFAULT_OPTIONS: ApplyOptions = { database: 0, mayWait: false };

interface Database {
  readonly keys: Keyspace;
  readonly onMaster: Contexts;
  readonly onReplica: Contexts;
}

interface Contexts {
  readonly blocking: CommandContext;
  readonly nonBlocking: CommandContext;
  readonly scripted: CommandContext;
}

export class RedisEngine {
  readonly statistics = new Statistics();
  /** The scripts of each server. */
  readonly #scripts = [new Scripts()];
  #master = 0;
  #run = NO_RUN;
  #server = NO_SERVER;
  readonly #settings = new Settings();
  readonly #notifications = new Notifications(this.#settings, (channel, text, isAt) =>
    this.#server.notify(channel, text, isAt),
  );
  readonly #keyspaces = Array.from({ length: DATABASES }, (_, number) => this.#createKeyspace(number));
  readonly #databases = this.#keyspaces.map((keys, number) => this.#create(keys, number));

  /** Forgets everything of the run before: data, expiry, watches, scripts. */
  begin(run: EngineRun): void {
    this.#run = run;
    this.#server = NO_SERVER;
    this.#settings.begin();
    this.restore([]);
    this.#master = 0;
  }

  /** The number of the server that is the master. */
  get master(): number {
    return this.#master;
  }

  /**
   * Another server becomes the master. The old one follows it: their data is the same from now on,
   * and the old one refuses writes. The new master has no scripts.
   */
  demote(): void {
    this.#master += 1;
    this.#scripts[this.#master] ??= new Scripts();
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
    for (const scripts of this.#scripts) scripts.forget();
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

  /** Whether a server refuses the command as a write. Scripts without flags may write later. */
  isWrite(name: string, parameters: readonly string[], server: number): boolean {
    if (isScript(name)) return this.#scriptsOf(server).flagsOf(name, parameters)?.has('no-writes') === false;
    return infoFor(name, parameters[0])?.flags.includes('write') === true;
  }

  /** Whether a server may have to pass the command on to its replicas. */
  mayReplicate(name: string, parameters: readonly string[], server: number): boolean {
    const hasFlags = isScript(name) && this.#scriptsOf(server).flagsOf(name, parameters) !== null;
    return (!hasFlags && MAY_REPLICATE.has(name)) || this.isWrite(name, parameters, server);
  }

  /** Applies a command that is not about a connection. Returns errors as replies. */
  apply(name: string, parameters: readonly string[], options = DEFAULT_OPTIONS): Reply | Wait {
    const command = TABLE.get(name);
    const { database, mayWait, isScript: isCalled = false, server = this.#master } = options;
    const { onMaster, onReplica } = this.#at(database);
    try {
      if (command !== undefined) {
        const { blocking, nonBlocking, scripted } = server === this.#master ? onMaster : onReplica;
        const context = isCalled ? scripted : mayWait ? blocking : nonBlocking;
        const apply = () => command(parameters, context);
        if (!this.#notifications.isOn) return apply();
        return this.#notifications.observe({ name, parameters, database, server }, this.#keyspaces, apply);
      }
      if (isScript(name) || name === 'script') return this.#applyScript(name, parameters, database, server);
      if (name === 'command') return describeCommands(parameters);
      return refuse(name);
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      if (error instanceof NotSimulatedError) this.#server.onNotSimulated(error.what);
      return error;
    }
  }

  /**
   * Answers a blocked command, one of whose keys may have something for it. Returns undefined if it
   * remains blocked.
   */
  serve(command: ObservedCommand, wait: Wait, key: string): Reply | undefined {
    const serve = (): Reply | undefined => wait.serve(key);
    try {
      return this.#notifications.isOn ? this.#notifications.observe(command, this.#keyspaces, serve) : serve();
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
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

  /** Names of the keys that never expire. */
  keysWithoutExpiry(database = 0): readonly string[] {
    const { keys } = this.#at(database);
    return keys.names().filter((key) => keys.row(key)?.expiresAtMs === null);
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

  #scriptsOf(server: number): Scripts {
    return this.#scripts[server] as Scripts;
  }

  #applyScript(name: string, parameters: readonly string[], database: number, server: number): Reply {
    const isReadOnly = name.endsWith('_ro');
    const scripts = this.#scriptsOf(server);
    const hostFor = (mayNotWrite: boolean) =>
      scriptHost(this.#scriptEngine(server), database, { isReadOnly: mayNotWrite, isReplica: server !== this.#master });
    switch (name) {
      case 'eval':
      case 'eval_ro':
        return scripts.evaluate(parameters, isReadOnly, hostFor);
      case 'script':
        return scripts.manage(parameters);
      default:
        return scripts.evaluateKnown(parameters, isReadOnly, hostFor);
    }
  }

  #scriptEngine(server: number): ScriptEngine {
    return {
      apply: (name, parameters, database) =>
        this.apply(name, parameters, { database, mayWait: false, isScript: true, server }) as Reply,
      applyChannelCommand: (name, parameters) => this.#server.applyChannelCommand(name, parameters, server),
      statistics: () => this.statistics,
      onCommand: (spelling, parameters, database) =>
        this.#server.onScriptCommand(database, server, spelling, parameters),
      fraction: () => this.#run.fraction('script'),
    };
  }

  #createKeyspace(number: number): Keyspace {
    return new Keyspace(() => this.#run.nowMs(), {
      onChange: (key) => {
        this.#notifications.onChange(key, number);
        this.#server.onChange(key, number);
      },
      onMiss: (key) => this.#notifications.onMiss(key, number),
      onReady: (key, kind) => this.#server.onReady(key, kind, number),
      onExpiry: (atMs) => this.#server.onExpiry(Number(atMs)),
      onExpired: (key) => {
        this.statistics.expiredKeys += 1;
        this.#server.onChange(key, number);
        if (this.#notifications.isOn) this.#notifications.onExpired(key, number, this.#master);
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
      scriptCount: () => this.#scriptsOf(this.#master).count,
      nowMs: () => this.#run.nowMs(),
      fraction: (label: string) => this.#run.fraction(label),
      mayWait: false,
      isScript: false,
    };
    const contextsFor = (isReplica: boolean): Contexts => {
      const general = { ...context, isReplica, clients: () => this.#server.clients(isReplica) };
      return {
        blocking: { ...general, mayWait: true },
        nonBlocking: general,
        scripted: { ...general, isScript: true },
      };
    };
    return { keys, onMaster: contextsFor(false), onReplica: contextsFor(true) };
  }
}
