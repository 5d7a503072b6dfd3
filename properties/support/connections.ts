/**
 * Tracks each connection from its frames alone: when it is open, authenticated and subscribed.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { PriceTexts } from './price-texts.ts';
import { type Welcome, welcomeIn } from './welcomes.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export interface TrackedConnection {
  readonly link: string;
  readonly client: string;
  readonly node: string;
  readonly acceptedAtMs: number;
  /** The gateway's name for the connection, from the frame `authenticated`; null until then. */
  connection: string | null;
  authenticatedAtMs: number | null;
  /** Symbols whose subscription was answered and has not ended, at the gateway. */
  readonly subscriptions: Set<string>;
  /** Symbols whose subscription was answered, but without a snapshot or batch yet. */
  readonly unwelcomed: Set<string>;
  /** Time of the last frame or pong that reached the node. */
  heardAtMs: number;
  /** Characters in flight to the client. */
  inFlight: number;
  /** Last time at which more than `SLOW_CHARACTERS` were in flight; -Infinity if never. */
  slowAtMs: number;
}

/**
 * A client reads slowly if more characters are in flight to it. Frames wait at the node only when
 * the smallest window of a receiver is full, which is 4,096 bytes with headers.
 */
const SLOW_CHARACTERS = 3500;

/**
 * A client that has read everything counts as slow for this long: its node sends what waited only
 * when its writes complete.
 */
export const CATCHES_UP_WITHIN_MS = 500;

/** Whether frames may wait at the node because the client reads slowly. */
export function isSlow({ inFlight, slowAtMs }: TrackedConnection, nowMs: number): boolean {
  return inFlight > SLOW_CHARACTERS || nowMs - slowAtMs <= CATCHES_UP_WITHIN_MS;
}

/**
 * The gateway answers in the step in which a request arrives. Over TCP, an answer that leaves its
 * node later than this was written before, at a time that frames do not show.
 */
export const PROMPT_MS = 20;

/** Events of a connection, derived from records. */
export interface ConnectionListener {
  accepted(tracked: TrackedConnection): void;
  authenticated(tracked: TrackedConnection): void;
  /**
   * The client's closing frame arrived. The node's socket is not closed yet but can no longer send.
   */
  closing(tracked: TrackedConnection): void;
  ended(tracked: TrackedConnection): void;
  /** Its client may be closing it already: `open` lacks it then. */
  subscribed(tracked: TrackedConnection, symbol: string): void;
  unsubscribed(tracked: TrackedConnection, symbol: string): void;
  /** A price was sent, or a snapshot of it after a gap. `position`: see `PriceTexts`. */
  price(tracked: TrackedConnection, symbol: string, position: number): void;
  /** The first snapshot or batch of a subscription was sent. */
  welcomed(tracked: TrackedConnection, symbol: string, position: number | null): void;
  /** A frame of that type was sent before the connection was authenticated. */
  sentToPending(tracked: TrackedConnection, type: string): void;
}

type Listeners = { readonly [Name in keyof ConnectionListener]: ConnectionListener[Name][] };

export class Connections {
  readonly observes = ['frame', 'node'] as const;
  /** Connections that are open at their node, by link. */
  readonly open = new Map<string, TrackedConnection>();
  /**
   * Connections whose client has started to close, and whose socket at the node is not closed yet.
   */
  readonly closing = new Map<string, TrackedConnection>();
  /** By the gateway's name. Includes `closing`. */
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
    welcomed: [],
    sentToPending: [],
  };

  /** The one instance of a run, shared by all its checkers. It observes each record before them. */
  static of(view: CheckerView): Connections {
    return view.shared(createConnections);
  }

  /** Adds a listener for later events. */
  listen(listener: Partial<ConnectionListener>): this {
    for (const name in listener) this.#add(name as keyof ConnectionListener, listener);
    return this;
  }

  /** The open connection with that name at the gateway. */
  named(connection: string): TrackedConnection | undefined {
    const tracked = this.#byConnection.get(connection);
    return tracked !== undefined && this.open.has(tracked.link) ? tracked : undefined;
  }

  /** See `PriceTexts`. */
  positionOf(epoch: string, sequence: number): number {
    return this.#prices.positionOf(epoch, sequence);
  }

  /** Whether the connection with that name is open or closing. */
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
      else if (phase === 'refused') this.#refused(link);
      return;
    }
    const tracked = this.open.get(link) ?? this.closing.get(link);
    if (tracked === undefined) return;
    if (kind === 'close') {
      if (direction === 'up' && phase === 'delivered') this.#closing(tracked);
      // The answer to a client that closes is of the library. The gateway has the connection until
      // the socket closes.
      else if (direction === 'up' ? phase === 'down' : phase === 'sent' && this.open.has(link)) this.#ended(tracked);
    } else if (direction === 'up' && phase === 'delivered') {
      tracked.heardAtMs = record.atMs;
      if (kind === 'text') this.#received(tracked, record.text);
    } else if (direction === 'down' && kind === 'text') {
      if (phase === 'sent') this.#sent(tracked, record);
      else {
        if (tracked.inFlight > SLOW_CHARACTERS) tracked.slowAtMs = record.atMs;
        tracked.inFlight -= record.text.length;
      }
    }
  }

  #accepted({ link, client, node, atMs }: FrameRecord): void {
    const tracked: TrackedConnection = {
      link,
      client,
      node,
      acceptedAtMs: atMs,
      connection: null,
      authenticatedAtMs: null,
      subscriptions: new Set(),
      unwelcomed: new Set(),
      heardAtMs: atMs,
      inFlight: 0,
      slowAtMs: -Infinity,
    };
    this.open.set(link, tracked);
    for (const accepted of this.#listeners.accepted) accepted(tracked);
  }

  /** The node answered the opening handshake, but not with a connection. */
  #refused(link: string): void {
    const tracked = this.open.get(link);
    if (tracked !== undefined) this.#ended(tracked);
  }

  #closing(tracked: TrackedConnection): void {
    if (!this.open.delete(tracked.link)) return;
    this.closing.set(tracked.link, tracked);
    for (const closing of this.#listeners.closing) closing(tracked);
  }

  #ended(tracked: TrackedConnection): void {
    this.open.delete(tracked.link);
    this.closing.delete(tracked.link);
    if (tracked.connection !== null) this.#byConnection.delete(tracked.connection);
    for (const ended of this.#listeners.ended) ended(tracked);
  }

  #nodeEnded(node: string): void {
    for (const tracked of [...this.open.values(), ...this.closing.values()])
      if (tracked.node === node) this.#ended(tracked);
  }

  /** An unsubscription counts when its frame arrives: no price is owed from then on. */
  #received(tracked: TrackedConnection, text: string): void {
    if (!text.startsWith('{"type":"unsubscribe"')) return;
    for (const symbol of symbolsIn(text)) this.#unsubscribed(tracked, symbol);
  }

  #subscribed(tracked: TrackedConnection, symbol: string): void {
    // A symbol may be subscribed again.
    if (tracked.subscriptions.has(symbol)) return;
    tracked.subscriptions.add(symbol);
    for (const subscribed of this.#listeners.subscribed) subscribed(tracked, symbol);
  }

  #unsubscribed(tracked: TrackedConnection, symbol: string): void {
    if (!tracked.subscriptions.delete(symbol)) return;
    for (const unsubscribed of this.#listeners.unsubscribed) unsubscribed(tracked, symbol);
  }

  #sent(tracked: TrackedConnection, record: FrameRecord): void {
    const { text } = record;
    tracked.inFlight += text.length;
    const price = this.#prices.read(text);
    if (tracked.connection === null) this.#sentToPending(tracked, price === null ? typeOf(text) : 'price');
    if (price !== null) {
      for (const listener of this.#listeners.price) listener(tracked, price.symbol, price.position);
      return;
    }
    const welcome = welcomeIn(text);
    if (welcome !== null) {
      this.#welcomed(tracked, welcome);
      return;
    }
    const type = typeOf(text);
    if (type === 'authenticated') {
      const { connection } = JSON.parse(text) as { connection: string };
      tracked.connection = connection;
      tracked.authenticatedAtMs = record.atMs;
      this.#byConnection.set(connection, tracked);
      for (const authenticated of this.#listeners.authenticated) authenticated(tracked);
    } else if (type === 'subscribed') {
      for (const symbol of symbolsIn(text)) {
        tracked.unwelcomed.add(symbol);
        this.#subscribed(tracked, symbol);
      }
    } else if (type === 'unsubscribed') {
      // Both requests may have arrived together, before the answer to the first one.
      for (const symbol of symbolsIn(text)) this.#unsubscribed(tracked, symbol);
    }
  }

  #welcomed(tracked: TrackedConnection, { symbol, epoch, sequence }: Welcome): void {
    const position = epoch === null || sequence === null ? null : this.positionOf(epoch, sequence);
    if (tracked.unwelcomed.delete(symbol))
      for (const listener of this.#listeners.welcomed) listener(tracked, symbol, position);
    else if (position !== null) for (const listener of this.#listeners.price) listener(tracked, symbol, position);
  }

  #sentToPending(tracked: TrackedConnection, type: string): void {
    for (const sentToPending of this.#listeners.sentToPending) sentToPending(tracked, type);
  }

  #add<Name extends keyof ConnectionListener>(name: Name, listener: Partial<ConnectionListener>): void {
    const callback = listener[name];
    if (callback !== undefined) this.#listeners[name].push(callback);
  }
}

function typeOf(text: string): string {
  return text.slice(9, text.indexOf('"', 9));
}

/** The symbols of a request or of its answer; none in a request that has none. */
export function symbolsIn(text: string): readonly string[] {
  return (JSON.parse(text) as { symbols?: readonly string[] }).symbols ?? [];
}

function createConnections(): Connections {
  return new Connections();
}
