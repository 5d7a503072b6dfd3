/**
 * What the wire shows of each connection, as evidence for the properties: who is connected, authenticated, subscribed, and until when.
 */
import type { JudgeView, RunRecord } from '../sim/index.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export interface Wired {
  readonly link: string;
  readonly client: string;
  readonly node: string;
  readonly acceptedAtMs: number;
  /** The gateway's name for the connection, as it told the client; null until then. */
  connection: string | null;
  authenticatedAtMs: number | null;
  /** Symbols whose subscription was answered and not ended, as the gateway must see it. */
  readonly subscriptions: Set<string>;
  /** Last sign of life that reached the node. */
  heardAtMs: number;
  /** Characters on their way down. */
  underWay: number;
}

/** What a record meant for a connection. */
export type WireEvent =
  /** `closing`: the client's closing frame arrived; the node's socket is not closed yet, and nothing can be sent on it. */
  | { readonly what: 'accepted' | 'authenticated' | 'closing' | 'ended'; readonly wired: Wired }
  | { readonly what: 'subscribed' | 'unsubscribed'; readonly wired: Wired; readonly symbol: string }
  | { readonly what: 'price'; readonly wired: Wired; readonly symbol: string; readonly sequence: number }
  | { readonly what: 'sent'; readonly wired: Wired; readonly type: string };

/** What a frame of type `price` says, without the cost of parsing all of it. */
export function readPrice(text: string): { readonly symbol: string; readonly sequence: number } {
  const symbol = text.slice(26, text.indexOf('"', 26));
  const at = text.indexOf('"sequence":') + 11;
  return { symbol, sequence: Number.parseInt(text.slice(at, at + 12), 10) };
}

interface PriceRead {
  readonly text: string;
  readonly symbol: string;
  readonly sequence: number;
}

export class Wire {
  /** Connections that are open at their node, by link. */
  readonly open = new Map<string, Wired>();
  /** Connections whose client has begun to close, and whose socket at the node is not closed yet. */
  readonly closing = new Map<string, Wired>();
  readonly #byConnection = new Map<string, Wired>();
  /** The price read last. */
  #price: PriceRead | null = null;
  readonly #listeners: ((event: WireEvent) => void)[] = [];

  /** Of the run that `view` sees; judges share it. Told each record before they are. */
  static of(view: JudgeView): Wire {
    return view.shared(createWire);
  }

  /** Tells all events from now on. */
  listen(onEvent: (event: WireEvent) => void): this {
    this.#listeners.push(onEvent);
    return this;
  }

  /** The living connection that the gateway calls so. */
  named(connection: string): Wired | undefined {
    return this.#byConnection.get(connection);
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
    const wired: Wired = {
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
    this.#tell({ what: 'accepted', wired });
  }

  #closing(wired: Wired): void {
    if (!this.open.delete(wired.link)) return;
    this.closing.set(wired.link, wired);
    if (wired.connection !== null) this.#byConnection.delete(wired.connection);
    this.#tell({ what: 'closing', wired });
  }

  #ended(wired: Wired): void {
    this.open.delete(wired.link);
    this.closing.delete(wired.link);
    if (wired.connection !== null) this.#byConnection.delete(wired.connection);
    this.#tell({ what: 'ended', wired });
  }

  #nodeEnded(node: string): void {
    for (const wired of [...this.open.values(), ...this.closing.values()]) if (wired.node === node) this.#ended(wired);
  }

  /** A client's wish to unsubscribe counts when it arrives: from then on nothing more is promised. */
  #said(wired: Wired, text: string): void {
    if (!text.startsWith('{"type":"unsubscribe"')) return;
    const { symbol } = JSON.parse(text) as { symbol: string };
    if (wired.subscriptions.delete(symbol)) this.#tell({ what: 'unsubscribed', wired, symbol });
  }

  /** Most frames are prices, and each is sent to many in a row. */
  #priceIn(text: string): PriceRead {
    if (this.#price?.text === text) return this.#price;
    this.#price = { text, ...readPrice(text) };
    return this.#price;
  }

  #sent(wired: Wired, record: FrameRecord): void {
    const { text } = record;
    wired.underWay += text.length;
    const isPrice = text.startsWith('{"type":"price"');
    const type = isPrice ? 'price' : text.slice(9, text.indexOf('"', 9));
    this.#tell({ what: 'sent', wired, type });
    if (isPrice) {
      const { symbol, sequence } = this.#priceIn(text);
      this.#tell({ what: 'price', wired, symbol, sequence });
    } else if (type === 'authenticated') {
      const { connection } = JSON.parse(text) as { connection: string };
      wired.connection = connection;
      wired.authenticatedAtMs = record.atMs;
      this.#byConnection.set(connection, wired);
      this.#tell({ what: 'authenticated', wired });
    } else if (type === 'subscribed') {
      const { symbol } = JSON.parse(text) as { symbol: string };
      wired.subscriptions.add(symbol);
      this.#tell({ what: 'subscribed', wired, symbol });
    }
  }

  #tell(event: WireEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function createWire(): Wire {
  return new Wire();
}
