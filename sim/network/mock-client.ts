/**
 * mock-socket's WebSocket with what it lacks of a browser's: `bufferedAmount`, `extensions`, views
 * of buffers, listeners that are objects or end on their own. What only the WebSocket of `ws` has
 * is refused by name.
 */
import { WebSocket } from 'mock-socket';
import { arrayBufferOf, bytesOf } from './payload.ts';
import { type RefusedMembers, type Refuse, refuseMembers } from '../system/refused-members.ts';

/**
 * Members of a client of `ws` that browsers do not have. `listeners` is mock-socket's own table.
 */
export const NOT_IN_BROWSERS: RefusedMembers = {
  methods: (
    'addListener emit emitClose eventNames getMaxListeners listenerCount off on once pause ping pong prependListener ' +
    'prependOnceListener rawListeners removeAllListeners removeListener resume setMaxListeners setSocket terminate'
  ).split(' '),
  values: ['isPaused'],
};

/** The object of these members in reports. */
export const CLIENT_SOCKET = 'client socket';

type Listener = (event: never) => void;

interface ListenerObject {
  handleEvent(event: never): void;
}

export interface ListenerOptions {
  readonly once?: boolean;
  readonly signal?: Pick<AbortSignal, 'aborted' | 'addEventListener'>;
}

/** What the simulator adds below the interface. */
export interface ClientHooks {
  /** Bytes of the client's frames that have not left yet. */
  bufferedBytes(): number;
  onSend(bytes: number): void;
  onClose(code: number, reason: string): void;
  readonly refuse: Refuse;
}

/** A closed socket, on which mock-socket's `close` only validates code and reason. */
const CLOSED = { readyState: WebSocket.CLOSED };

const methods = WebSocket.prototype as unknown as {
  addEventListener(type: string, listener: Listener): void;
  removeEventListener(type: string, listener: Listener): void;
};

export class MockClient extends WebSocket {
  readonly #hooks: ClientHooks;
  /** By event: listeners that are objects or are called once, with the function that calls each. */
  #substitutes: Map<string, Map<unknown, Listener>> | null = null;

  constructor(url: string, protocol: string, hooks: ClientHooks) {
    super(url, protocol === '' ? [] : protocol);
    this.#hooks = hooks;
  }

  static refuseOf(socket: MockClient): Refuse {
    return socket.#hooks.refuse;
  }

  static bufferedBytesOf(socket: MockClient): number {
    return socket.#hooks.bufferedBytes();
  }

  // mock-socket converts views of buffers to text, and does not copy buffers.
  override send(data: Parameters<WebSocket['send']>[0]): void {
    if (data instanceof Blob) this.#hooks.refuse(`${CLIENT_SOCKET}.send of a Blob`);
    const bytes = bytesOf(data);
    super.send(bytes === null ? data : arrayBufferOf(bytes));
    this.#hooks.onSend(bytes === null ? Buffer.byteLength(String(data)) : bytes.length);
  }

  override close(code?: number, reason?: string): void {
    Reflect.apply(WebSocket.prototype.close, CLOSED, [code, reason]);
    this.#hooks.onClose(code ?? 1005, reason ?? '');
  }

  /** As in browsers, a listener listens once to each event, whatever the options. */
  listen(type: string, listener: Listener | ListenerObject | null, { once, signal }: ListenerOptions = {}): void {
    if (listener === null || signal?.aborted === true || this.#substitutes?.get(type)?.has(listener) === true) return;
    signal?.addEventListener('abort', () => this.unlisten(type, listener));
    if (typeof listener === 'function' && once !== true) {
      methods.addEventListener.call(this, type, listener);
      return;
    }
    if (typeof listener === 'function' && this.#hasPlain(type, listener)) return;
    const substitute: Listener = (event) => {
      if (once === true) this.unlisten(type, listener);
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    };
    this.#substitutes ??= new Map();
    const ofType = this.#substitutes.get(type) ?? new Map<unknown, Listener>();
    this.#substitutes.set(type, ofType.set(listener, substitute));
    methods.addEventListener.call(this, type, substitute);
  }

  unlisten(type: string, listener: Listener | ListenerObject): void {
    const ofType = this.#substitutes?.get(type);
    const substitute = ofType?.get(listener);
    ofType?.delete(listener);
    if (substitute !== undefined) methods.removeEventListener.call(this, type, substitute);
    else if (typeof listener === 'function') methods.removeEventListener.call(this, type, listener);
  }

  #hasPlain(type: string, listener: Listener): boolean {
    const { listeners } = this as unknown as { readonly listeners: Readonly<Record<string, readonly Listener[]>> };
    return listeners[type]?.includes(listener) === true;
  }
}

// mock-socket declares these properties and does not have them. Frames are never compressed.
Object.defineProperties(MockClient.prototype, {
  bufferedAmount: {
    get(this: MockClient) {
      return MockClient.bufferedBytesOf(this);
    },
  },
  extensions: { get: () => '' },
});

// The types of mock-socket's methods are those of lib.dom, which know only its events.
Object.assign(MockClient.prototype, {
  addEventListener: MockClient.prototype.listen,
  removeEventListener: MockClient.prototype.unlisten,
});

refuseMembers(MockClient.prototype, CLIENT_SOCKET, NOT_IN_BROWSERS, MockClient.refuseOf);
