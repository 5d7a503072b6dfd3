/**
 * Everything that a system under simulation gets from outside.
 *
 * The types have the shapes of real libraries where there are any (`ws` for a server's sockets,
 * `ioredis` for Redis), so that a system's production adapters run in the simulator unchanged. A
 * call that has an answer gets it in a later event, never inside the call.
 */
import type { Redis } from 'ioredis';
import type { PlacedText } from '../kernel/placed-text.ts';
import type { Fields } from '../kernel/record.ts';
import type {
  ListenOptions,
  ServerSocket,
  UpgradeRequest,
  WebSocketServer,
  WebSocketServerOptions,
} from './web-socket-types.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * Names background work: `label` is its purpose, `owner` its owner. Keys, records and reports use
 * both.
 */
export interface WorkTag {
  readonly label: string;
  readonly owner: string;
  /** In a detailed run: who started it, such as `join in server.ts`. */
  readonly place?: PlacedText | undefined;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds. Never jumps. */
  monotonicMs(): number;
  /** Milliseconds since 1970. May jump in both directions, and may differ between nodes. */
  wallMs(): number;
  /** Calls `fire` after `delayMs` or later: mostly promptly, sometimes late, never early. */
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
}

export interface Entropy {
  /** 20 characters of [a-z0-9]. Equal causes give equal identifiers. */
  id(label: string): string;
  /** Uniform in [0, 1). */
  fraction(label: string): number;
}

/**
 * Testimony: what the system reports about itself, under names that it chooses. The simulator uses
 * two of them: `task.started { task, label, owner }` and `task.ended { task }`. A task with
 * `endsWithinMs` in `task.started` that has not ended by then is reported as no progress. The time
 * counts from the heal at the earliest.
 */
export interface Probe {
  note(name: string, fields?: Fields): void;
}

/**
 * The options of an `ioredis` client that the simulated client honours, as ioredis does. Addresses
 * and credentials have no effect, because all clients share one server. Three defaults differ from
 * ioredis.
 */
export interface RedisOptions {
  /**
   * Whether commands wait for a connection; if not, they fail at once. Default: false (ioredis:
   * true).
   */
  readonly enableOfflineQueue?: boolean | undefined;
  /**
   * Number of attempts to reconnect after which commands fail; null for no limit. Default: 0
   * (ioredis: 20).
   */
  readonly maxRetriesPerRequest?: number | null | undefined;
  /**
   * Whether commands in flight are sent again on the next connection. Default: false (ioredis:
   * true).
   */
  readonly autoResendUnfulfilledCommands?: boolean | undefined;
  /** Whether the client subscribes to its channels again on the next connection. Default: true. */
  readonly autoResubscribe?: boolean | undefined;
  /**
   * Milliseconds after which a command rejects with "Command timed out". It may still be applied.
   * Default: no limit.
   */
  readonly commandTimeout?: number | undefined;
  /** Milliseconds after which an attempt to connect fails. Default: 10,000. */
  readonly connectTimeout?: number | undefined;
  /** How long to wait for the server to end a connection that the client ends. */
  readonly disconnectTimeout?: number | undefined;
  readonly connectionName?: string | null | undefined;
  readonly db?: number | undefined;
  readonly keyPrefix?: string | undefined;
  /** Whether to connect only on `connect()` or the first command. Default: false. */
  readonly lazyConnect?: boolean | undefined;
  /** Whether to reconnect after an error reply of the server; 2 also sends the command again. */
  readonly reconnectOnError?: ((error: Error) => boolean | 1 | 2) | null | undefined;
  /**
   * Milliseconds before reconnection attempt number `attempt`. Null, returned or instead of the
   * function, gives up.
   */
  readonly retryStrategy?: ((attempt: number) => number | null | undefined | void) | null | undefined;
  /** Custom commands, as for `defineCommand`. */
  readonly scripts?:
    | Readonly<Record<string, { lua: string; numberOfKeys?: number | undefined; readOnly?: boolean | undefined }>>
    | undefined;
  readonly showFriendlyErrorStack?: boolean | undefined;
}

/**
 * An `ioredis` client, with ioredis's own type, so that it can be passed to code and packages that
 * take one. Emits connect, ready, close, reconnecting, end, error, message(channel, text),
 * pmessage(pattern, channel, text).
 */
export type RedisClient = Redis;

/** Everything that one process gets. `Configuration`: the type of the scenario's configuration. */
export interface SimNode<Configuration = unknown> {
  /** `node-1`, `node-2`, …: the same for every process of the node. */
  readonly name: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  /** The scenario's configuration, as JSON. */
  readonly configuration: Configuration;
  /**
   * Marks a call that the simulator has no model of, such as one to a price source. Resolves
   * at once, unless a fault delays it or makes it reject.
   */
  failpoint(name: string): Promise<void>;
  /** Accepts connections from now on. */
  listen(onConnection: (socket: ServerSocket, request: UpgradeRequest) => void, options?: ListenOptions): void;
  /** Like `listen`, in the shape of a `WebSocketServer`, for packages that take one. */
  webSocketServer(options?: WebSocketServerOptions): WebSocketServer;
  /**
   * A new client of the one Redis that all nodes share. Connects automatically unless `lazyConnect`
   * is set.
   */
  redis(options?: RedisOptions): RedisClient;
}

/** What `start` returns. */
export interface RunningSystem {
  /** Ends the system gracefully, as on SIGTERM. The process ends when the promise settles. */
  stop?(): Promise<void> | void;
  /**
   * What debugging shows of the system, besides the objects that it finds. Called between two
   * steps: must change nothing, and read neither the clock nor randomness.
   */
  inspect?(): Json;
}

/**
 * The export `start` of a system's entry module. Called once in each process, on fresh module
 * state.
 */
export type StartSystem<Configuration = unknown> = (
  node: SimNode<Configuration>,
) => RunningSystem | Promise<RunningSystem>;
