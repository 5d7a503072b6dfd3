/**
 * The faces: what a system under simulation is given for the world outside it, and nothing else.
 *
 * They have the shapes of the real libraries where there are such (`ws` for a server's sockets, `ioredis` for Redis), so that
 * the adapters a system uses in production run in the simulator unchanged. Every call through a face that has an answer is
 * answered by an event of its own, never inside the call.
 */
import type { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import type { Fields } from '../kernel/record.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Names background work: `label` says what it is, `owner` whose it is. Keys, records and reports are made from both. */
export interface WorkTag {
  readonly label: string;
  readonly owner: string;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Never jumps. */
  monotonicMs(): number;
  /** May jump both ways, and may be skewed against other nodes. */
  wallMs(): number;
  /** A lower bound: mostly prompt, sometimes late. */
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
}

export interface Entropy {
  /** 20 characters of [a-z0-9]; the same for the same cause. */
  id(label: string): string;
  /** Uniform in [0, 1). */
  fraction(label: string): number;
}

/**
 * Testimony: what the system says of itself. Free in its names, but for two that the simulator itself understands:
 * `task.started { task, label, owner }` and `task.ended { task }`. A task that carries `endsWithinMs` in `task.started` and has not
 * ended by then, counted from the heal at the earliest, is reported as no progress.
 */
export interface Probe {
  note(name: string, fields?: Fields): void;
}

/** Strings become text frames; buffers and views of buffers become binary ones. */
export type Sendable = string | number | ArrayBufferLike | ArrayBufferView;

export type SendCallback = (error?: Error | null) => void;

export interface SendOptions {
  /** Said by the data itself when absent. */
  readonly binary?: boolean;
}

/** The part of a `ws` WebSocket that a server uses. Emits `message(data: Buffer, isBinary)`, `pong(data: Buffer)`, `close(code, reason: Buffer)`. */
export interface ServerSocket extends EventEmitter {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly bufferedAmount: number;
  /** Agreed on when the connection was made; empty when the client asked for none. */
  readonly protocol: string;
  /** In which form `message` hands over binary frames; text always comes as a Buffer. */
  binaryType: 'nodebuffer' | 'arraybuffer' | 'fragments';
  /** The callback is given null when all is well, although its type in `@types/ws` says undefined. */
  send(data: Sendable, callback?: SendCallback): void;
  send(data: Sendable, options: SendOptions | undefined, callback?: SendCallback): void;
  ping(data?: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

/** The part of an `http.IncomingMessage` that a handler of upgrades reads. */
export interface UpgradeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly socket: { readonly remoteAddress: string };
}

export interface ListenOptions {
  /** The subprotocols that it speaks; whatever is asked for first when absent, as in `ws`. */
  readonly protocols?: readonly string[];
}

/** The part of a `ws` WebSocketServer that others use. Emits `listening`, `connection(socket, request)` and `close`. */
export interface WebSocketServer extends EventEmitter {
  /** Those that have not closed. */
  readonly clients: ReadonlySet<ServerSocket>;
  /** Keeps new connections out; calls back when the last of those that there are has gone. */
  close(callback?: (error?: Error) => void): void;
}

/**
 * The options of an `ioredis` client that the twin honours, as ioredis does. Those that say where the server is and who asks are of no
 * consequence, since there is one server for all. Three are otherwise when nothing is said, see there.
 */
export interface RedisOptions {
  /** Commands without a connection wait for it. Otherwise they fail at once, which they do when nothing is said; ioredis's own default is true. */
  readonly enableOfflineQueue?: boolean | undefined;
  /** Commands fail after so many attempts to reconnect; null is never. 0 when nothing is said; ioredis's own default is 20. */
  readonly maxRetriesPerRequest?: number | null | undefined;
  /** Commands in flight are sent again on the next connection. False when nothing is said; ioredis's own default is true. */
  readonly autoResendUnfulfilledCommands?: boolean | undefined;
  /** Channels are subscribed to again on the next connection; true when nothing is said. */
  readonly autoResubscribe?: boolean | undefined;
  /** After so long a command rejects with "Command timed out"; it may still be applied. No limit when absent. */
  readonly commandTimeout?: number | undefined;
  /** An attempt to connect that takes longer fails; 10 s when nothing is said. */
  readonly connectTimeout?: number | undefined;
  readonly connectionName?: string | null | undefined;
  readonly db?: number | undefined;
  readonly keyPrefix?: string | undefined;
  /** Connects when it is told to, or asked for something. */
  readonly lazyConnect?: boolean | undefined;
  /** Whether an error that the server answers asks for another connection; 2 sends the command again on it. */
  readonly reconnectOnError?: ((error: Error) => boolean | 1 | 2) | null | undefined;
  /** Delay before the n-th reconnection attempt; null, given or in the place of the function, gives up. */
  readonly retryStrategy?: ((attempt: number) => number | null | undefined | void) | null | undefined;
  /** Commands of one's own, as `defineCommand` makes them. */
  readonly scripts?:
    | Readonly<Record<string, { lua: string; numberOfKeys?: number | undefined; readOnly?: boolean | undefined }>>
    | undefined;
  readonly showFriendlyErrorStack?: boolean | undefined;
}

/**
 * An `ioredis` client, by its own type, so that it can be given to code and packages that take one. Emits connect, ready, close, reconnecting, end,
 * error, message(channel, text), pmessage(pattern, channel, text).
 */
export type RedisClient = Redis;

/** Everything one process of a node gets. `Configuration`: the type of the scenario's configuration. */
export interface SimNode<Configuration = unknown> {
  /** `node-1`, `node-2`, …: the same for every process of the node. */
  readonly name: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  /** What the scenario wants configured, plain JSON. */
  readonly configuration: Configuration;
  /**
   * A point of the system's own at which the outside may fail it: it resolves at once, or late, or rejects. For what the simulator has
   * no twin of, such as a price source.
   */
  failpoint(name: string): Promise<void>;
  /** Accepts connections from now on. */
  listen(onConnection: (socket: ServerSocket, request: UpgradeRequest) => void, options?: ListenOptions): void;
  /** The same in the shape of a `WebSocketServer`, for what wants to be given one. */
  webSocketServer(options?: ListenOptions): WebSocketServer;
  /** A new client of the one Redis that all nodes share; connects by itself. */
  redis(options?: RedisOptions): RedisClient;
}

/** What a running system offers back. */
export interface RunningSystem {
  /** An orderly end, as on SIGTERM. */
  stop?(): Promise<void> | void;
}

/** The export `start` of a system's entry module. Called once in each process of a node, on a fresh module state. */
export type StartSystem<Configuration = unknown> = (
  node: SimNode<Configuration>,
) => RunningSystem | Promise<RunningSystem>;
