/**
 * The server side of WebSocket as a system sees it on the level of whole frames: the shapes of `ws`
 * and of `http.IncomingMessage`. A member of theirs that is not here is refused by name.
 */
import type { EventEmitter } from 'node:events';

/**
 * Strings and numbers become text frames; buffers, views of buffers and arrays of bytes become
 * binary frames. Nothing (null, undefined) becomes an empty binary frame.
 */
export type Sendable = string | number | ArrayBufferLike | ArrayBufferView | readonly number[];

/** A function whose parameters may be typed by `ws` or by `node:http`, as the type of a method. */
type Hook<Parameters extends unknown[], Result> = { call(...parameters: Parameters): Result }['call'];

export type SendCallback = (error?: Error | null) => void;

export interface SendOptions {
  /** By default the type of the data decides. */
  readonly binary?: boolean | undefined;
  /** Has no effect: frames are not compressed. */
  readonly compress?: boolean | undefined;
  /** False is refused: a message is one frame. */
  readonly fin?: boolean | undefined;
  /** True is refused: a server does not mask. */
  readonly mask?: boolean | undefined;
}

export interface SocketEvent {
  readonly type: string;
  readonly target: EventEmitter;
}

export interface SocketMessageEvent extends SocketEvent {
  /** A string for a text frame; for a binary frame by the socket's `binaryType`. */
  // `any`, as in @types/ws.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

export interface SocketCloseEvent extends SocketEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export interface SocketErrorEvent extends SocketEvent {
  readonly error: Error;
  readonly message: string;
}

export interface SocketEvents {
  readonly open: SocketEvent;
  readonly message: SocketMessageEvent;
  readonly error: SocketErrorEvent;
  readonly close: SocketCloseEvent;
}

export type SocketListener<Type extends keyof SocketEvents> = Hook<[event: SocketEvents[Type]], void>;

/**
 * The node's end of a connection: a `ws` WebSocket. Emits `message(data: Buffer, isBinary)`,
 * `pong(data: Buffer)`, `close(code, reason: Buffer)`. Browsers send no pings, so `ping` is never
 * emitted; `error` reports only what whole frames do not have.
 */
export interface ServerSocket extends EventEmitter {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly bufferedAmount: number;
  /** The subprotocol of the connection; empty if the client requested none. */
  readonly protocol: string;
  /** Empty: frames are not compressed. */
  readonly extensions: string;
  /** Undefined, as on every socket of a server. */
  readonly url: string | undefined;
  /** Whether `pause` was called and `resume` was not. */
  readonly isPaused: boolean;
  /** The type of binary data in `message`. Text is always a Buffer. */
  binaryType: 'nodebuffer' | 'arraybuffer' | 'fragments';
  onopen: SocketListener<'open'> | null;
  onmessage: SocketListener<'message'> | null;
  onerror: SocketListener<'error'> | null;
  onclose: SocketListener<'close'> | null;
  addEventListener<Type extends keyof SocketEvents>(
    type: Type,
    handler: SocketListener<Type> | { handleEvent(event: SocketEvents[Type]): void },
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener<Type extends keyof SocketEvents>(
    type: Type,
    handler: SocketListener<Type> | { handleEvent(event: SocketEvents[Type]): void },
  ): void;
  /**
   * Passes null to the callback on success, as `ws` does, although `@types/ws` declares undefined.
   */
  send(data: Sendable, callback?: SendCallback): void;
  send(data: Sendable, options: SendOptions | undefined, callback?: SendCallback): void;
  /** At most 125 bytes. The peer answers with a pong. */
  ping(data?: Sendable, mask?: boolean, callback?: SendCallback): void;
  /** At most 125 bytes. Browsers do not show it to their code. */
  pong(data?: Sendable, mask?: boolean, callback?: SendCallback): void;
  /** Stops reading: frames of the client, its closing frame included, wait until `resume`. */
  pause(): void;
  resume(): void;
  /** `reason`: at most 123 bytes. */
  close(code?: number, reason?: string | Buffer): void;
  terminate(): void;
}

/** An address as `address()` of a server or a socket returns it. */
export interface BoundAddress {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}

/** The socket below a connection: addresses, and what can be done to it without bytes. */
export interface RequestSocket extends EventEmitter {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly localFamily: string;
  readonly connecting: boolean;
  readonly pending: boolean;
  /** Whether the connection has ended. */
  readonly destroyed: boolean;
  readonly closed: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly readyState: string;
  readonly timeout: number;
  address(): BoundAddress;
  /** Drops the connection, as `terminate` of the WebSocket does. */
  destroy(): this;
  /** Only 0, for no timeout. */
  setTimeout(timeoutMs: number): this;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(enable?: boolean, initialDelayMs?: number): this;
  ref(): this;
  unref(): this;
}

/** The head of the `http.IncomingMessage` that requested a connection. */
export interface UpgradeRequest extends EventEmitter {
  /** Path and query. */
  readonly url: string;
  readonly method: string;
  readonly httpVersion: string;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly headersDistinct: Readonly<Record<string, readonly string[]>>;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly socket: RequestSocket;
  /** The same as `socket`. */
  readonly connection: RequestSocket;
  readonly complete: boolean;
  readonly aborted: boolean;
}

export interface ListenOptions {
  /** The supported subprotocols. By default the first one that the client requests, as in `ws`. */
  readonly protocols?: readonly string[] | undefined;
}

export interface VerifyInfo {
  /** The header `Origin`. */
  readonly origin: string | undefined;
  readonly secure: boolean;
  readonly req: UpgradeRequest;
}

/** `code` is the HTTP status of a refusal; 401 by default. */
export type VerifyResult = (
  isVerified: boolean,
  code?: number,
  message?: string,
  headers?: Readonly<Record<string, string>>,
) => void;

/** Options of `ws`, which may be changed while the server runs. The others are refused by name. */
export interface WebSocketServerOptions extends ListenOptions {
  /** Chooses a subprotocol; false or empty for none. Called if the client requests any. */
  handleProtocols?: Hook<[protocols: Set<string>, request: UpgradeRequest], string | false> | null | undefined;
  /** Takes one parameter and returns the result, or takes two and passes it to the second. */
  verifyClient?: Hook<[info: VerifyInfo, callback: VerifyResult], unknown> | null | undefined;
  /** The only path that the server accepts. */
  path?: string | null | undefined;
  /** Whether the server has `clients`. */
  clientTracking?: boolean | undefined;
  /** Milliseconds to wait for the end of a closing handshake; 30,000 by default. */
  closeTimeout?: number | undefined;
}

/**
 * A `ws` WebSocketServer. Emits `listening`, `headers(headers, request)`, `connection(socket,
 * request)`, `close`.
 */
export interface WebSocketServer extends EventEmitter {
  readonly options: WebSocketServerOptions;
  /** The sockets that have not closed. */
  readonly clients: Set<ServerSocket>;
  /** Null once the server closes. */
  address(): BoundAddress | null;
  /** Whether the server accepts the request: by its path. May be replaced. */
  shouldHandle(request: UpgradeRequest): boolean;
  /** Refuses new connections. Calls back when the last open connection has closed. */
  close(callback?: (error?: Error) => void): void;
}
