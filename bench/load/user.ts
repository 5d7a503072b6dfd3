/** A user of the client in core/client over real connections, whose frames are judged. */
import { WebSocket } from 'ws';
import { PricesClient } from '../../core/client/prices-client.js';
import type { ClientEvents, SocketLike } from '../../core/client/types.ts';
import { handed } from '../../properties/support/handed.ts';
import type { Judge } from './judge.ts';

export interface UserOptions {
  readonly name: string;
  /** Of the loopback network, so that limits by address see different clients. */
  readonly localAddress: string;
  readonly port: number;
  readonly token: () => string;
  readonly symbols: readonly string[];
  /** Null for a user that is not judged. */
  readonly judge: Judge | null;
}

const NODE = 'node-1';

export class User {
  readonly client: PricesClient;
  readonly name: string;
  /** Close codes of its connections. */
  readonly closeCodes: number[] = [];
  readonly #options: UserOptions;
  readonly #handed: string[] = [];
  #socket: WebSocket | null = null;
  #links = 0;
  #whenOpen: (() => void)[] = [];

  constructor(options: UserOptions) {
    const { name, port, token, symbols } = options;
    this.#options = options;
    this.name = name;
    this.client = new PricesClient({
      url: `ws://127.0.0.1:${port}/stream`,
      token,
      createSocket: (url, subprotocol) => this.#connect(url, subprotocol),
      retryBaseMs: 500,
    });
    this.client.subscribe(symbols);
    this.client.on('price', (price) => this.#handed.push(handed('price', price)));
    this.client.on('snapshot', (quote) => this.#handed.push(handed('snapshot', quote)));
    this.client.on('state', ({ state }) => {
      if (state === 'open') for (const resolve of this.#whenOpen.splice(0)) resolve();
    });
  }

  /** Connects, and resolves when it is authenticated. */
  start(): Promise<void> {
    this.#operation('start');
    const isOpen = this.opened();
    this.client.start();
    return isOpen;
  }

  opened(): Promise<void> {
    if (this.client.state === 'open') return Promise.resolve();
    return new Promise((resolve) => this.#whenOpen.push(resolve));
  }

  stop(): void {
    this.report();
    this.#operation('stop');
    this.client.stop();
  }

  /** Loses its connection without a closing handshake. */
  lose(): void {
    this.#socket?.terminate();
  }

  /** Stops reading for `ms`. */
  stopReading(ms: number): void {
    const socket = this.#socket;
    socket?.pause();
    setTimeout(() => socket?.resume(), ms);
  }

  /** Lets the properties compare what was handed over with what has arrived. */
  report(): void {
    const detail = this.#handed.splice(0).join(' ');
    this.#options.judge?.observe({
      type: 'operation',
      id: this.name,
      actor: this.name,
      name: 'read',
      phase: 'ok',
      detail,
    });
  }

  on<Type extends keyof ClientEvents>(type: Type, listener: (event: ClientEvents[Type]) => void): void {
    this.client.on(type, listener);
  }

  #operation(name: string): void {
    this.#options.judge?.observe({
      type: 'operation',
      id: this.name,
      actor: this.name,
      name,
      phase: 'begin',
      detail: '',
    });
  }

  #connect(url: string, subprotocol: string): SocketLike {
    const { localAddress, judge } = this.#options;
    const socket = new WebSocket(url, subprotocol, { localAddress, perMessageDeflate: false });
    this.#socket = socket;
    this.#links += 1;
    const link = `${this.name}#${this.#links}`;
    const note = (
      direction: 'up' | 'down',
      kind: 'open' | 'text' | 'close',
      phases: readonly ('sent' | 'delivered' | 'down')[],
      text = '',
      code = 0,
    ): void => {
      for (const phase of phases)
        judge?.observe({ type: 'frame', link, client: this.name, node: NODE, direction, kind, phase, text, code });
    };
    note('up', 'open', ['sent', 'delivered'], subprotocol);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => note('down', 'text', ['sent', 'delivered'], data.toString()));
    socket.on('close', (code) => {
      this.closeCodes.push(code);
      note('down', 'close', ['sent', 'delivered', 'down'], '', code);
    });
    const like: SocketLike = {
      onopen: null,
      onmessage: null,
      onerror: null,
      onclose: null,
      send: (text) => {
        note('up', 'text', ['sent', 'delivered'], text);
        socket.send(text, () => undefined);
      },
      close: (code) => {
        note('up', 'close', ['sent'], '', code);
        socket.close(code);
      },
    };
    socket.on('open', () => like.onopen?.({} as never));
    socket.on('message', (data: Buffer) => like.onmessage?.({ data: data.toString() } as never));
    socket.on('close', (code, reason) => like.onclose?.({ code, reason: reason.toString() } as never));
    return like;
  }
}
