/**
 * The client's side of a connection, as actors see it: the WebSocket of a browser (the WHATWG
 * interface), reduced to its parts that the simulator implements.
 */

export interface ClientEvent {
  readonly type: string;
}

export interface ClientMessageEvent extends ClientEvent {
  /**
   * A string for a text frame; for a binary frame an ArrayBuffer or a Blob, by the socket's
   * `binaryType`.
   */
  // `any`, as in lib.dom: client code written for browsers compiles unchanged.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

export interface ClientCloseEvent extends ClientEvent {
  /** 1006 when the connection broke without a closing handshake. */
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export interface ClientSocketEvents {
  readonly open: ClientEvent;
  readonly message: ClientMessageEvent;
  readonly error: ClientEvent;
  readonly close: ClientCloseEvent;
}

export type ClientListener<Event> = ((event: Event) => void) | { handleEvent(event: Event): void };

/** Members that only the WebSocket of `ws` has, such as `on` and `ping`, are refused by name. */
export interface ClientSocket {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly url: string;
  /** One of the four constants above. */
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly extensions: string;
  /** The subprotocol that the node chose; empty when the client offered none. */
  readonly protocol: string;
  /** How `message` delivers binary frames; `blob` by default, as in browsers. */
  binaryType: 'blob' | 'arraybuffer';
  onopen: ((event: ClientEvent) => void) | null;
  onmessage: ((event: ClientMessageEvent) => void) | null;
  onerror: ((event: ClientEvent) => void) | null;
  onclose: ((event: ClientCloseEvent) => void) | null;
  addEventListener<Type extends keyof ClientSocketEvents>(
    type: Type,
    listener: ClientListener<ClientSocketEvents[Type]>,
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener<Type extends keyof ClientSocketEvents>(
    type: Type,
    listener: ClientListener<ClientSocketEvents[Type]>,
  ): void;
  /**
   * A string becomes a text frame, anything else a binary one. Does nothing when the socket is
   * closing or closed.
   */
  send(data: string | ArrayBufferLike | ArrayBufferView): void;
  /**
   * `code`: 1000 or 3000 to 4999; `reason`: at most 123 bytes. Throws for others, as browsers do.
   */
  close(code?: number, reason?: string): void;
}

export interface ConnectOptions {
  /** Path and query. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Subprotocols in order of preference. The connection has the first that the node speaks;
   * connecting rejects when it speaks none of them.
   */
  readonly protocols?: string | readonly string[];
}
