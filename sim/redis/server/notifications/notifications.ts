/**
 * Keyspace notifications: commands publish what they did to keys on the channels
 * `__keyspace@0__:key` and `__keyevent@0__:event`, as far as the setting notify-keyspace-events
 * asks for it.
 */
import { bytesOf, textOf } from '../../model/bytes.ts';
import type { Keyspace } from '../../model/keyspace.ts';
import { NotSimulatedError, RedisError, type Reply, Wait } from '../../model/reply.ts';
import type { Settings } from '../../model/settings/settings.ts';
import { Stream } from '../../model/streams/stream.ts';
import { keysIn } from '../command-keys.ts';
import { isMissing, isWrongType, keysRead, keysUntilWrongType, readsBefore } from './key-misses.ts';
import { type KeyspaceEvent, RULES, type SeenStream } from './events.ts';

const SETTING = 'notify-keyspace-events';

function seen(value: unknown): SeenStream | undefined {
  if (!(value instanceof Stream)) return undefined;
  const consumers = [...value.groups].map(([name, group]) => [name, new Set(group.consumers.keys())] as const);
  return { length: value.entries.length, consumers: new Map(consumers) };
}

interface KeyOf {
  readonly key: string;
  readonly database: number;
}

interface ExpiredKey extends KeyOf {
  readonly master: number;
  /** Number of keys that the command had changed before. */
  readonly changes: number;
}

const missOf = (key: KeyOf): KeyspaceEvent => ({ kind: 'm', name: 'keymiss', ...key });

/** Which servers notify their subscribers. */
export type Audience = (server: number) => boolean;

/** A replica applies what its master writes, so its subscribers are notified of it too. */
const EVERYWHERE: Audience = () => true;

/** A command that is observed, and the server that received it. */
export interface ObservedCommand {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly database: number;
  readonly server: number;
}

/** Returns errors that are thrown. */
function withErrors<T>(apply: () => T): T | RedisError {
  try {
    return apply();
  } catch (error) {
    if (error instanceof RedisError && !(error instanceof NotSimulatedError)) return error;
    throw error;
  }
}

/** The bytes of a key need not be UTF-8. */
function channelOf(prefix: string, key: string): string {
  return textOf(Buffer.concat([Buffer.from(prefix), bytesOf(key)]));
}

/** Commands that create their second key before anything else happens. */
const CREATES_FIRST: ReadonlySet<string> = new Set(['rename', 'renamenx', 'move']);

/** Commands that delete a key before they create it, so that it is new each time. */
const REPLACES: ReadonlySet<string> = new Set(['rename', 'copy']);

/** A new key has the event `new` before its first other event. */
function withNew(name: string, events: readonly KeyspaceEvent[], created: readonly KeyOf[]): readonly KeyspaceEvent[] {
  if (CREATES_FIRST.has(name))
    return [...created.map((key) => ({ kind: 'n' as const, name: 'new', ...key })), ...events];
  const rest = [...created];
  return events.flatMap((event) => {
    const index = rest.findIndex(({ key, database }) => key === event.key && database === event.database);
    return index < 0 ? [event] : [{ ...event, kind: 'n', name: 'new', ...rest.splice(index, 1)[0] }, event];
  });
}

export class Notifications {
  readonly #settings: Settings;
  readonly #publish: (channel: string, text: string, isAt: Audience) => void;
  /** Keys that the command has changed so far; null while no command is observed. */
  #changed: KeyOf[] | null = null;
  /** Keys that the command has reported as missed. */
  #reported: KeyOf[] = [];
  /** Keys that the command has found expired, and not published yet. */
  #expired: ExpiredKey[] = [];

  constructor(settings: Settings, publish: (channel: string, text: string, isAt: Audience) => void) {
    this.#settings = settings;
    this.#publish = publish;
  }

  /** The letters of the setting; empty unless some channel and some class are on. */
  get #classes(): string {
    const letters = this.#settings.value(SETTING);
    return /[KE]/.test(letters) ? letters.replace('A', 'g$lshzxetd') : '';
  }

  get isOn(): boolean {
    return this.#settings.value(SETTING) !== '' && this.#classes !== '';
  }

  get areExpiriesOn(): boolean {
    return this.isOn && this.#classes.includes('x');
  }

  onChange(key: string, database: number): void {
    const isKnown = this.#changed?.some((change) => change.key === key && change.database === database);
    if (isKnown === false) this.#changed?.push({ key, database });
  }

  onMiss(key: string, database: number): void {
    this.#reported.push({ key, database });
  }

  /** Only the master lets a key expire. Replicas then receive a command that deletes it. */
  onExpired(key: string, database: number, master: number): void {
    const expired = { key, database, master, changes: this.#changed?.length ?? 0 };
    if (this.#changed === null) this.#notifyExpired(expired);
    else this.#expired.push(expired);
  }

  #notifyExpired({ key, database, master }: ExpiredKey): void {
    this.#notify([{ kind: 'x', name: 'expired', key, database }], (server) => server === master);
    this.#notify([{ kind: 'g', name: 'del', key, database }], (server) => server !== master);
  }

  /** Applies a command and publishes its events. `apply` returns undefined if it stays blocked. */
  observe<T extends Reply | Wait | undefined>(
    command: ObservedCommand,
    databases: readonly Keyspace[],
    apply: () => T,
  ): T | RedisError {
    const { name, parameters, database, server } = command;
    const named = keysIn(name, parameters) ?? [];
    const keys = databases[database] as Keyspace;
    const existed = new Set<string>();
    const streams = new Map<string, SeenStream | undefined>();
    for (const { key } of named) {
      for (const [number, other] of databases.entries())
        if ((number === database || name === 'copy' || name === 'move') && other.peek(key) !== undefined)
          existed.add(`${number} ${key}`);
      streams.set(key, seen(keys.peek(key)));
    }
    const changed: KeyOf[] = [];
    this.#changed = changed;
    this.#reported = [];
    this.#expired = [];
    try {
      const reply = withErrors(apply);
      const names = named.map(({ key }) => key);
      const known =
        !(reply instanceof RedisError) || readsBefore(reply, name)
          ? this.#missed(command, names, existed, keys, reply)
          : [];
      for (const missed of [...known, ...this.#reported]) {
        this.#publishExpired(({ key, database: number }) => key === missed.key && number === missed.database);
        this.#notify([missOf(missed)], (other) => other === server);
      }
      if (reply instanceof RedisError || reply instanceof Wait || reply === undefined) return reply;
      const wasThere = (key: string, number = database): boolean => existed.has(`${number} ${key}`);
      const isThere = (key: string, number = database): boolean => databases[number]?.isStored(key) === true;
      const created = changed.filter(
        (change) =>
          (REPLACES.has(name) || !wasThere(change.key, change.database)) && isThere(change.key, change.database),
      );
      const events =
        RULES.get(name)?.({
          name,
          parameters,
          reply,
          changed,
          database,
          existed: wasThere,
          exists: isThere,
          streamBefore: (key) => streams.get(key),
          streamNow: (key) => seen(keys.peek(key)),
        }) ?? [];
      this.#publishExpired(({ changes }) => changes === 0);
      for (const event of withNew(name, events, created)) {
        const index = changed.findIndex(({ key, database: number }) => key === event.key && number === event.database);
        this.#publishExpired(({ changes }) => changes <= index);
        this.#notify([event], EVERYWHERE);
      }
      return reply;
    } finally {
      this.#publishExpired(() => true);
      this.#changed = null;
    }
  }

  #publishExpired(isDue: (expired: ExpiredKey) => boolean): void {
    if (this.#expired.length === 0) return;
    const due = this.#expired.filter(isDue);
    this.#expired = this.#expired.filter((expired) => !due.includes(expired));
    for (const expired of due) this.#notifyExpired(expired);
  }

  /** The keys among the parameters that the command has read, and that are not there. */
  #missed(
    { name, parameters, database }: ObservedCommand,
    keys: readonly string[],
    existed: ReadonlySet<string>,
    keyspace: Keyspace,
    reply: Reply | Wait | undefined,
  ): KeyOf[] {
    const all = keysRead(name, parameters, keys);
    const reached =
      reply instanceof RedisError && isWrongType(reply)
        ? keysUntilWrongType(name, all, (key) => keyspace.peek(key))
        : all;
    const missing = reached.filter((key) => !existed.has(`${database} ${key}`));
    const read = reply instanceof RedisError && isMissing(reply) ? missing.slice(0, 1) : missing;
    return read.map((key) => ({ key, database }));
  }

  #notify(events: readonly KeyspaceEvent[], isAt: Audience): void {
    const classes = this.#classes;
    for (const { kind, name, key, database } of events) {
      if (!classes.includes(kind)) continue;
      if (classes.includes('K')) this.#publish(channelOf(`__keyspace@${database}__:`, key), name, isAt);
      if (classes.includes('E')) this.#publish(`__keyevent@${database}__:${name}`, key, isAt);
    }
  }
}
