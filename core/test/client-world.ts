import type { ClientEvents, Frame, PricesClientOptions, SocketLike } from '../client/types.ts';
import { PricesClient } from '../client/prices-client.js';
import { ManualClock } from './manual-clock.ts';

/** A WebSocket of a browser that the test controls. */
export class FakeWebSocket implements SocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  readonly sent: Frame[] = [];
  readonly closedWith: (number | undefined)[] = [];
  readonly url: string;
  readonly subprotocol: string;
  /** Answers pings. */
  isLively = true;

  constructor(url: string, subprotocol: string) {
    this.url = url;
    this.subprotocol = subprotocol;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.sent.push(frame);
    if (frame.type === 'ping' && this.isLively) this.receive({ type: 'pong', id: Number(frame['id']) });
  }

  close(code?: number): void {
    this.closedWith.push(code);
  }

  open(): void {
    this.onopen?.({} as never);
  }

  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }

  end(code: number, reason = ''): void {
    this.onclose?.({ code, reason } as never);
  }

  /** The last frame of that type that the client has sent. */
  last(type: string): Frame {
    const frame = this.sent.findLast((sent) => sent.type === type);
    if (frame === undefined) throw new Error(`no frame ${type} was sent`);
    return frame;
  }
}

const EVENTS: readonly (keyof ClientEvents)[] = [
  'price',
  'snapshot',
  'recovered',
  'stale',
  'comment',
  'announcement',
  'unsubscribed',
  'restarting',
  'expiring',
  'error',
];

/** A client of the gateway with sockets and a clock that the test controls. */
export class ClientWorld {
  readonly clock = new ManualClock();
  readonly sockets: FakeWebSocket[] = [];
  /** All events but changes of state: their types and fields. */
  readonly events: (readonly [string, unknown])[] = [];
  readonly states: ClientEvents['state'][] = [];
  readonly client: PricesClient;
  token = 'token-1';

  constructor(options: Partial<PricesClientOptions> = {}) {
    const { clock } = this;
    this.client = new PricesClient({
      url: 'ws://gateway/stream',
      token: () => this.token,
      createSocket: (url, subprotocol) => {
        const socket = new FakeWebSocket(url, subprotocol);
        this.sockets.push(socket);
        return socket;
      },
      clock: {
        wallMs: () => clock.wallMs(),
        startTimer: (delayMs, fire) => {
          const timer = clock.startTimer({ label: 'client', owner: 'client' }, delayMs, fire);
          return () => timer.cancel();
        },
      },
      random: () => 0.5,
      ...options,
    });
    for (const type of EVENTS) this.client.on(type, (event) => this.events.push([type, event]));
    this.client.on('state', (event) => this.states.push(event));
  }

  /** The newest socket. */
  get socket(): FakeWebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('the client has not connected');
    return socket;
  }

  /** Lets the client connect and authenticate. The token expires after `ttlMs`. */
  async enter({ ttlMs = 3_600_000, symbols = null }: { ttlMs?: number; symbols?: readonly string[] | null } = {}) {
    this.client.start();
    await this.clock.advance(0);
    this.socket.open();
    this.authenticate(ttlMs, symbols);
  }

  authenticate(ttlMs = 3_600_000, symbols: readonly string[] | null = null): void {
    const expiresAtMs = this.clock.wallMs() + ttlMs;
    this.socket.receive({
      type: 'authenticated',
      connection: 'c-1',
      user: 'ada',
      role: 'trader',
      symbols,
      expiresAtMs,
    });
  }

  /** Answers the last subscription, and sends a snapshot of the price with that number. */
  welcome(symbol: string, sequence: number, epoch = 'e1'): void {
    const { id, symbols } = this.socket.last('subscribe');
    this.socket.receive({ type: 'subscribed', id: Number(id), symbols: symbols as unknown });
    this.socket.receive({
      type: 'snapshot',
      symbol,
      recovered: false,
      price: sequence,
      epoch,
      sequence,
      quotedAt: '2000-01-01',
    });
  }

  price(symbol: string, sequence: number, { epoch = 'e1', skipped = 0 } = {}): void {
    const quotedAt = '2000-01-01';
    this.socket.receive({ type: 'price', symbol, price: sequence, epoch, sequence, skipped, quotedAt });
  }

  /** What was handed over of each symbol: type and sequence of prices and snapshots. */
  get handedOver(): string[] {
    return this.events.flatMap(([type, event]) => {
      const { symbol, sequence = 0 } = event as { symbol: string; sequence?: number };
      return type === 'price' || type === 'snapshot' ? [`${type} ${symbol} ${sequence}`] : [];
    });
  }
}
