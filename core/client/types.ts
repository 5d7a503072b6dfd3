/** The types of the client. Comments of the JavaScript files refer to them; browsers load none. */

/** The part of a WebSocket that the client uses. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface ClientClock {
  /** Milliseconds since 1970 UTC. */
  wallMs(): number;
  /** Calls `fire` once, after `delayMs`. Returns a function that cancels it. */
  startTimer(delayMs: number, fire: () => void): () => void;
}

export interface ClientTimes {
  /** The longest first delay before the client connects again. It doubles with each failure. */
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** A connection that ends earlier counts as a failure. */
  readonly stableAfterMs: number;
  /** From the opening of a WebSocket to its authentication. */
  readonly connectWithinMs: number;
  /** After this time without a frame the client sends `ping`. */
  readonly silentAfterMs: number;
  /** After this further time without a frame it connects again. */
  readonly pongWithinMs: number;
  /** How long before its expiry a token is refreshed; at most half of the time that it has left. */
  readonly refreshBeforeMs: number;
}

export interface PricesClientOptions extends Partial<ClientTimes> {
  /** For example `wss://prices.example/stream`. */
  readonly url: string;
  /** Called before each connection and before each refresh. */
  readonly token: () => string | Promise<string>;
  /** By default, the global WebSocket. */
  readonly createSocket?: (url: string, subprotocol: string) => SocketLike;
  /** By default, Date and setTimeout. */
  readonly clock?: ClientClock;
  /** Uniform in [0, 1). By default, Math.random. */
  readonly random?: () => number;
}

export type ClientState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

export interface ClientEvents {
  /** `code` and `reason` are those of the last close, or 0 and empty. */
  readonly state: {
    readonly state: ClientState;
    readonly code: number;
    readonly reason: string;
    /** When `waiting`: until the client connects again. */
    readonly retryInMs: number;
  };
  /** Follows the one before, apart from the `skipped` prices. */
  readonly price: Quote & { readonly skipped: number };
  /** The newest price; null if none is known yet. Prices may be missing before it. */
  readonly snapshot: Quote | { readonly symbol: string; readonly price: null };
  /** After a reconnection: the missed prices were handed over, as `price` events. */
  readonly recovered: { readonly symbol: string; readonly prices: number };
  /** The gateway has lost the source. A snapshot follows when it has it again. */
  readonly stale: { readonly symbol: string };
  /** Plain text: show it with `textContent`. */
  readonly comment: { readonly symbol: string; readonly from: string; readonly text: string };
  /** Of an administrator. Plain text, too. */
  readonly announcement: { readonly from: string; readonly text: string };
  /** The gateway has refused or ended subscriptions. `code` is an error code. */
  readonly unsubscribed: { readonly symbols: readonly string[]; readonly code: string };
  /** The gateway will close the connection within this time. */
  readonly restarting: { readonly withinMs: number };
  /** The token expires soon, and the function `token` returned the same one. */
  readonly expiring: { readonly expiresAtMs: number };
  /** The gateway refused a frame, or `token` failed. */
  readonly error: { readonly code: string; readonly text: string };
}

export interface Quote {
  readonly symbol: string;
  readonly price: number;
  readonly epoch: string;
  readonly sequence: number;
  readonly quotedAt: string;
}

/** The last price of a symbol that the client has handed over. */
export interface Position {
  readonly symbol: string;
  readonly epoch: string;
  readonly sequence: number;
}

export type Emit = <Type extends keyof ClientEvents>(type: Type, event: ClientEvents[Type]) => void;

/** A frame from the gateway, whose fields depend on its type. */
export interface Frame {
  readonly type: string;
  // `any`: docs/protocol.md has the fields of each type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any;
}
