/**
 * What the wire shows of each connection, as evidence for the properties: who is connected, authenticated, subscribed, and until when.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { PriceTexts } from './price-texts.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export interface TrackedConnection {
  readonly link: string;
  readonly client: string;
  readonly node: string;
  readonly acceptedAtMs: number;
  /** The gateway's name for the connection, as it told the client; null until then. */
  connection: string | null;
  authenticatedAtMs: number | null;
  /** Symbols whose subscription was answered and not ended, as the gateway must see it. */
  readonly subscriptions: Set<string>;
  /** Last sign of process that reached the node. */
  heardAtMs: number;
  /** Characters on their way down. */
  underWay: number;
}

/** Told what records mean for a connection. */
export interface ConnectionListener {
  accepted(wired: TrackedConnection): void;
  authenticated(wired: TrackedConnection): void;
  /** The client's closing frame arrived; the node's socket is not closed yet, and nothing can be sent on it. */
  closing(wired: TrackedConnection): void;
  ended(wired: TrackedConnection): void;
  subscribed(wired: TrackedConnection, symbol: string): void;
  unsubscribed(wired: TrackedConnection, symbol: string): void;
  /** A price was sent. */
  price(wired: TrackedConnection, symbol: string, sequence: number): void;
  /** Before it was authenticated, it was sent a frame of that type. */
  sentToPending(wired: TrackedConnection, type: string): void;
}

type Listeners = { readonly [Name in keyof ConnectionListener]: ConnectionListener[Name][] };

export class Connections {
  readonly observes = ['frame', 'node'] as const;
  /** Connections that are open at their node, by link. */
  readonly open = new Map<string, TrackedConnection>();
  /** Connections whose client has begun to close, and whose socket at the node is not closed yet. */
  readonly closing = new Map<string, TrackedConnection>();
  /** Also of those that are closing. */
  readonly #byConnection = new Map<string, TrackedConnection>();
  readonly #prices = new PriceTexts();
  readonly #listeners: Listeners = {
    accepted: [],
    authenticated: [],
    closing: [],
    ended: [],
    subscribed: [],
    unsubscribed: [],
    price: [],
    sentToPending: [],
  };

  /** Of the run that `view` sees; judges share it. Told each record before they are. */
  static of(view: CheckerView): Connections {
    return view.shared(createWire);
  }

  /** From now on. */
  listen(listener: Partial<ConnectionListener>): this {
    for (const name in listener) this.#add(name as keyof ConnectionListener, listener);
    return this;
  }

  /** The connection that the gateway calls so, while it is open. */
  named(connection: string): TrackedConnection | undefined {
    const wired = this.#byConnection.get(connection);
    return wired !== undefined && this.open.has(wired.link) ? wired : undefined;
  }

  /** Whether a node's socket of the connection that the gateway calls so is open or closing. */
  holds(connection: string): boolean {
    return this.#byConnection.has(connection);
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'node' && (record.phase === 'crashed' || record.phase === 'stopped'))
      this.#nodeEnded(record.node);
  }

  #frame(record: FrameRecord): void {
    const { direction, kind, phase, link } = record;
    if (kind === 'open') {
      if (direction === 'up' && phase === 'delivered') this.#accepted(record);
      return;
    }
    const wired = this.open.get(link) ?? this.closing.get(link);
    if (wired === undefined) return;
    if (kind === 'close') {
      if (direction === 'up' && phase === 'delivered') this.#closing(wired);
      else if (direction === 'up' ? phase === 'down' : phase === 'sent') this.#ended(wired);
    } else if (direction === 'up' && phase === 'delivered') {
      wired.heardAtMs = record.atMs;
      if (kind === 'text') this.#said(wired, record.text);
    } else if (direction === 'down' && kind === 'text') {
      if (phase === 'sent') this.#sent(wired, record);
      else wired.underWay -= record.text.length;
    }
  }

  #accepted({ link, client, node, atMs }: FrameRecord): void {
    const wired: TrackedConnection = {
      link,
      client,
      node,
      acceptedAtMs: atMs,
      connection: null,
      authenticatedAtMs: null,
      subscriptions: new Set(),
      heardAtMs: atMs,
      underWay: 0,
    };
    this.open.set(link, wired);
    for (const accepted of this.#listeners.accepted) accepted(wired);
  }

  #closing(wired: TrackedConnection): void {
    if (!this.open.delete(wired.link)) return;
    this.closing.set(wired.link, wired);
    for (const closing of this.#listeners.closing) closing(wired);
  }

  #ended(wired: TrackedConnection): void {
    this.open.delete(wired.link);
    this.closing.delete(wired.link);
    if (wired.connection !== null) this.#byConnection.delete(wired.connection);
    for (const ended of this.#listeners.ended) ended(wired);
  }

  #nodeEnded(node: string): void {
    for (const wired of [...this.open.values(), ...this.closing.values()]) if (wired.node === node) this.#ended(wired);
  }

  /** A client's wish to unsubscribe counts when it arrives: from then on nothing more is promised. */
  #said(wired: TrackedConnection, text: string): void {
    if (!text.startsWith('{"type":"unsubscribe"')) return;
    const { symbol } = JSON.parse(text) as { symbol: string };
    if (!wired.subscriptions.delete(symbol)) return;
    for (const unsubscribed of this.#listeners.unsubscribed) unsubscribed(wired, symbol);
  }

  #sent(wired: TrackedConnection, record: FrameRecord): void {
    const { text } = record;
    wired.underWay += text.length;
    const price = this.#prices.read(text);
    if (wired.connection === null) this.#sentToPending(wired, price === null ? typeOf(text) : 'price');
    if (price !== null) {
      for (const listener of this.#listeners.price) listener(wired, price.symbol, price.sequence);
      return;
    }
    const type = typeOf(text);
    if (type === 'authenticated') {
      const { connection } = JSON.parse(text) as { connection: string };
      wired.connection = connection;
      wired.authenticatedAtMs = record.atMs;
      this.#byConnection.set(connection, wired);
      for (const authenticated of this.#listeners.authenticated) authenticated(wired);
    } else if (type === 'subscribed') {
      const { symbol } = JSON.parse(text) as { symbol: string };
      wired.subscriptions.add(symbol);
      for (const subscribed of this.#listeners.subscribed) subscribed(wired, symbol);
    }
  }

  #sentToPending(wired: TrackedConnection, type: string): void {
    for (const sentToPending of this.#listeners.sentToPending) sentToPending(wired, type);
  }

  #add<Name extends keyof ConnectionListener>(name: Name, listener: Partial<ConnectionListener>): void {
    const told = listener[name];
    if (told !== undefined) this.#listeners[name].push(told);
  }
}

function typeOf(text: string): string {
  return text.slice(9, text.indexOf('"', 9));
}

function createWire(): Connections {
  return new Connections();
}
