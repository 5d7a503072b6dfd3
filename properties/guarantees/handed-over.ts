/**
 * The client in core/client. Compares what it has handed over, which its actor reports, with the
 * frames that have reached it, and its requests with both.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { handed, type Handed, parseHanded } from '../support/handed.ts';
import { symbolsIn } from '../support/connections.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type OperationRecord = Extract<RunRecord, { type: 'operation' }>;

const RESUMED = 'a client resumed and was sent what it had missed';
const RESTARTED = 'a client had to begin again with a snapshot';

/** Long enough for the longest delay before it connects again, and for a node that starts. */
const RETURNS_WITHIN_MS = 15_000;

export const handedOver: Property = {
  id: 'handed-over',
  kind: 'always',
  description:
    'The client hands over each price that reaches it, in order and none twice. After a reconnection it resumes from the ' +
    `last one, and what it misses is preceded by a snapshot. It is connected ${RETURNS_WITHIN_MS / 1000} s after the last fault.`,
  marks: [
    { name: RESUMED, withinSeeds: 100 },
    { name: RESTARTED, withinSeeds: 100 },
  ],
  checker: (view) => new HandedOver(view),
};

/** Operations whose detail is a symbol. */
const UNSUBSCRIBES = new Set(['unsubscribe', 'resubscribe']);

/** A symbol on one connection. */
interface Subscription {
  /** The id of the last request. */
  readonly request: number;
  isAnswered: boolean;
  /** A snapshot or a batch has arrived. */
  isLive: boolean;
}

interface Connection {
  readonly link: string;
  readonly subscriptions: Map<string, Subscription>;
  isAuthenticated: boolean;
}

class Reader {
  /** The connection that it uses; null between two. */
  connection: Connection | null = null;
  isStarted = false;
  /** Prices that have reached it since its last report. */
  received: string[] = [];
  /** The last price of each symbol that it has. */
  readonly positions = new Map<string, Handed>();
  /** The last one that it has reported, of each symbol. */
  readonly reported = new Map<string, Handed>();
  /** The step in which it last sent a frame. */
  sentInStep = -1;

  /** Notes the end of a subscription. */
  forget(symbol: string): void {
    this.positions.delete(symbol);
    this.connection?.subscriptions.delete(symbol);
  }
}

class HandedOver implements Checker {
  readonly observes = ['frame', 'operation', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #readers = new Map<string, Reader>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'operation') this.#operation(record);
    else if (record.type === 'fault' && record.kind === 'settled') this.#settled();
  }

  #of(client: string): Reader {
    let reader = this.#readers.get(client);
    if (reader === undefined) this.#readers.set(client, (reader = new Reader()));
    return reader;
  }

  #operation({ actor, name, phase, detail, step }: OperationRecord): void {
    const reader = this.#of(actor);
    if (name === 'start' && phase === 'begin') reader.isStarted = true;
    else if (name === 'stop' && phase === 'begin') {
      reader.isStarted = false;
      reader.connection = null;
    } else if (UNSUBSCRIBES.has(name) && phase === 'ok') {
      // Without a connection the client sends nothing.
      if (reader.sentInStep !== step) reader.forget(detail);
    } else if (name === 'read' && phase === 'ok') this.#reported(actor, reader, detail);
  }

  #frame(record: FrameRecord): void {
    const { client, link, direction, kind, phase, text } = record;
    const reader = this.#of(client);
    if (kind === 'open') {
      if (direction === 'up' && phase === 'sent')
        reader.connection = { link, subscriptions: new Map(), isAuthenticated: false };
      return;
    }
    const { connection } = reader;
    if (connection?.link !== link) return;
    if (kind === 'close') {
      // Sent by the client, or seen by it.
      const hasEnded = direction === 'up' ? phase === 'sent' : phase === 'delivered' || phase === 'down';
      if (hasEnded) reader.connection = null;
    } else if (kind === 'text' && direction === 'up' && phase === 'sent') this.#requested(reader, record);
    else if (kind === 'text' && direction === 'down' && phase === 'delivered') this.#received(reader, connection, text);
  }

  #requested(reader: Reader, { client, text, step }: FrameRecord): void {
    reader.sentInStep = step;
    if (text.startsWith('{"type":"unsubscribe"')) {
      for (const symbol of symbolsIn(text)) reader.forget(symbol);
    }
    if (!text.startsWith('{"type":"subscribe"')) return;
    const { id, symbols, resume = [] } = JSON.parse(text) as SubscribeFrame;
    for (const symbol of symbols) {
      reader.connection?.subscriptions.set(symbol, { request: id, isAnswered: false, isLive: false });
      const last = reader.positions.get(symbol);
      const from = resume.find((position) => position.symbol === symbol);
      this.#view.check(last?.epoch === from?.epoch && last?.sequence === from?.sequence, () => ({
        subject: 'resumed from elsewhere',
        text: `${client} has ${symbol} until ${shown(last)}, but resumed from ${shown(from)}`,
      }));
    }
  }

  #received(reader: Reader, connection: Connection, text: string): void {
    const frame = JSON.parse(text) as ServerFrame;
    const { subscriptions } = connection;
    if (frame.type === 'authenticated') connection.isAuthenticated = true;
    else if (frame.type === 'subscribed') {
      for (const symbol of symbolsIn(text)) {
        const subscription = subscriptions.get(symbol);
        if (subscription?.request === frame.id && subscription !== undefined) subscription.isAnswered = true;
      }
    } else if (frame.type === 'unsubscribed' && frame.id === null) {
      for (const symbol of symbolsIn(text)) reader.forget(symbol);
    } else if (frame.type === 'price' || frame.type === 'snapshot' || frame.type === 'batch')
      this.#priced(reader, subscriptions.get(frame.symbol ?? ''), frame);
  }

  #priced(reader: Reader, subscription: Subscription | undefined, frame: ServerFrame): void {
    const { type, symbol = '', epoch = null, sequence = 0, skipped = 0, prices = [] } = frame;
    if (subscription === undefined) return;
    if (type === 'price') {
      if (subscription.isLive) this.#owe(reader, { type, symbol, epoch, sequence, skipped });
      return;
    }
    if (!subscription.isAnswered) return;
    subscription.isLive = true;
    if (type === 'snapshot') {
      if (reader.positions.has(symbol)) this.#view.mark(RESTARTED);
      this.#owe(reader, { type, symbol, epoch, sequence, skipped: 0 });
    } else if (prices.length > 0) this.#view.mark(RESUMED);
    for (const price of prices)
      this.#owe(reader, { type: 'price', symbol, epoch, sequence: price.sequence, skipped: 0 });
  }

  #owe(reader: Reader, price: Handed): void {
    reader.received.push(handed(price.type, price));
    if (price.epoch === null) reader.positions.delete(price.symbol);
    else reader.positions.set(price.symbol, price);
  }

  #reported(client: string, reader: Reader, detail: string): void {
    const texts = detail === '' ? [] : detail.split(' ');
    const received = reader.received.splice(0);
    const at = texts.findIndex((text, index) => text !== received[index]);
    const isSame = at < 0 && texts.length === received.length;
    this.#view.check(isSame, () => ({
      subject: 'not what was received',
      text:
        `${client} was sent ${received.length} prices, and its client handed over ${texts.length}: ` +
        `${texts[Math.max(at, 0)] ?? 'nothing'} instead of ${received[Math.max(at, 0)] ?? 'nothing'}`,
    }));
    for (const text of texts) this.#follows(client, reader, parseHanded(text));
  }

  #follows(client: string, reader: Reader, price: Handed): void {
    const last = reader.reported.get(price.symbol);
    reader.reported.set(price.symbol, price);
    if (price.type === 'snapshot') return;
    const follows =
      last !== undefined &&
      (last.epoch === null || (last.epoch === price.epoch && price.sequence === last.sequence + 1 + price.skipped));
    this.#view.check(follows, () => ({
      subject: 'gap without a snapshot',
      text: `the client of ${client} handed over the price ${shown(price)} of ${price.symbol} after ${shown(last)}`,
    }));
  }

  #settled(): void {
    for (const [client, { isStarted, connection }] of this.#readers) {
      if (!isStarted) continue;
      this.#view.check(connection?.isAuthenticated === true, () => ({
        subject: 'not connected',
        text: `the client of ${client} has not connected again after the faults`,
      }));
    }
  }
}

interface SubscribeFrame {
  readonly id: number;
  readonly symbols: readonly string[];
  readonly resume?: readonly { readonly symbol: string; readonly epoch: string; readonly sequence: number }[];
}

interface ServerFrame {
  readonly type: string;
  readonly id?: number | null;
  readonly symbol?: string;
  readonly epoch?: string | null;
  readonly sequence?: number;
  readonly skipped?: number;
  readonly prices?: readonly { readonly sequence: number }[];
}

function shown(position: { readonly epoch: string | null; readonly sequence: number } | undefined): string {
  return position === undefined ? 'nothing' : `${position.sequence} (${position.epoch})`;
}
