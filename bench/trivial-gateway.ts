/**
 * A minimal gateway, as written for an experiment: it authenticates, streams prices, forwards
 * comments and keeps a row in Redis for each connection. It limits, retries, renews, sweeps, audits
 * and checks nothing.
 */
import type { KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import type { Recording } from '../core/adapters/recorded-feed.ts';
import type { RedisStoreClient } from '../core/adapters/redis-store.ts';

/** The server's handle of a client in mock-socket. `close` accepts any code. */
export interface Peer {
  send(text: string): void;
  close(options: { code: number; reason: string }): void;
  on(event: 'message', listener: (text: string) => void): void;
  on(event: 'close', listener: () => void): void;
}

export interface TrivialOptions {
  readonly name: string;
  /** Those that a token may be signed with. */
  readonly keys: readonly KeyObject[];
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMaxMs: number;
  readonly rows: RedisStoreClient;
  readonly leaseMs: number;
  readonly recording: Recording;
  readonly priceEveryMs: number;
}

interface Connection {
  readonly id: string;
  readonly peer: Peer;
  user: string | null;
  role: string;
  readonly symbols: Set<string>;
}

interface Stream {
  readonly subscribers: Set<Connection>;
  readonly timer: NodeJS.Timeout;
}

interface Claims {
  readonly sub: string;
  readonly role: string;
  readonly iat: number;
  readonly exp: number;
}

type Frame = Readonly<Record<'type' | 'token' | 'symbol' | 'text', string>> & {
  readonly id: number;
  readonly symbols: readonly string[];
};

export class TrivialGateway {
  /** Number of prices sent to clients. */
  prices = 0;
  readonly #options: TrivialOptions;
  readonly #streams = new Map<string, Stream>();
  #connections = 0;

  constructor(options: TrivialOptions) {
    this.#options = options;
  }

  accept(peer: Peer): void {
    this.#connections += 1;
    const id = `${this.#options.name}-${this.#connections}`;
    const connection: Connection = { id, peer, user: null, role: 'viewer', symbols: new Set() };
    peer.on('message', (text) => this.#receive(connection, text));
    peer.on('close', () => this.#closed(connection));
  }

  stop(): void {
    for (const { timer } of this.#streams.values()) clearInterval(timer);
    this.#options.rows.disconnect();
  }

  #receive(connection: Connection, text: string): void {
    let frame: Frame;
    try {
      frame = (JSON.parse(text) ?? {}) as Frame;
    } catch {
      connection.peer.close({ code: 4400, reason: 'bad request' });
      return;
    }
    if (connection.user === null) this.#authenticate(connection, frame);
    else this.#answer(connection, connection.user, frame);
  }

  #authenticate(connection: Connection, { type, token }: Frame): void {
    const { name, rows, leaseMs } = this.#options;
    let claims: Claims;
    try {
      if (type !== 'authenticate') throw new Error('authenticate first');
      claims = this.#verify(token);
    } catch {
      connection.peer.close({ code: 4401, reason: 'unauthenticated' });
      return;
    }
    const { sub: user, role } = claims;
    connection.user = user;
    connection.role = role;
    this.#send(connection, { type: 'authenticated', connection: connection.id, user, role });
    void rows.set(`conn:${connection.id}`, JSON.stringify({ node: name, user, role }), 'PX', leaseMs);
  }

  #verify(token: string): Claims {
    const { keys, issuer, audience, lifetimeMaxMs } = this.#options;
    const options = { algorithms: ['HS256' as const], issuer, audience };
    const verified = (key: KeyObject | undefined): Claims => {
      const claims = jsonwebtoken.verify(token, key as KeyObject, options) as unknown as Claims;
      const isTimely = claims.iat * 1000 <= Date.now() && (claims.exp - claims.iat) * 1000 <= lifetimeMaxMs;
      if (!isTimely) throw new Error('not valid now');
      return claims;
    };
    try {
      return verified(keys[0]);
    } catch {
      return verified(keys[1]);
    }
  }

  #refresh(connection: Connection, user: string, id: unknown, token: string): void {
    try {
      const { sub, role } = this.#verify(token);
      if (sub !== user) throw new Error('another user');
      connection.role = role;
      this.#send(connection, { type: 'refreshed', id, role });
    } catch {
      this.#send(connection, { type: 'error', code: 'invalid_token', id });
    }
  }

  #answer(connection: Connection, user: string, { type, id, token, symbols, symbol, text }: Frame): void {
    const refuse = (code: string): void => this.#send(connection, { type: 'error', code, id: id ?? null });
    switch (type) {
      case 'authenticate':
        return refuse('already_authenticated');
      case 'subscribe':
        if (!Array.isArray(symbols)) return refuse('bad_frame');
        if (symbols.some((name) => this.#options.recording[name] === undefined)) return refuse('unknown_symbol');
        for (const name of symbols) {
          connection.symbols.add(name);
          this.#streamOf(name).subscribers.add(connection);
        }
        return this.#send(connection, { type: 'subscribed', id, symbols });
      case 'unsubscribe':
        for (const name of symbols) this.#leave(connection, name);
        return this.#send(connection, { type: 'unsubscribed', id, symbols });
      case 'comment':
        if (connection.role === 'viewer') return refuse('forbidden');
        this.#broadcast(symbol, { type: 'comment', symbol, from: user, text: text.replaceAll('<', '&lt;') });
        return this.#send(connection, { type: 'commented', id, partial: false });
      case 'refresh':
        return this.#refresh(connection, user, id, token);
      case 'clients':
        if (connection.role !== 'admin') return refuse('forbidden');
        return this.#send(connection, { type: 'clients', id, clients: [], next: null });
      case 'revoke':
        if (connection.role !== 'admin') return refuse('forbidden');
        return this.#send(connection, { type: 'revoked', id });
      case 'status':
        if (connection.role !== 'admin') return refuse('forbidden');
        return this.#send(connection, { type, id, connections: this.#connections, streams: this.#streams.size });
      case 'ping':
        return this.#send(connection, { type: 'pong', id });
      default:
        return refuse('bad_frame');
    }
  }

  #streamOf(symbol: string): Stream {
    let stream = this.#streams.get(symbol);
    if (stream === undefined) {
      const { recording, priceEveryMs } = this.#options;
      const quotes = recording[symbol] ?? [];
      let sequence = 0;
      const timer = setInterval(() => {
        const [quotedAt, price] = quotes[sequence % quotes.length] ?? ['', 0];
        sequence += 1;
        this.prices += this.#broadcast(symbol, { type: 'price', symbol, price, sequence, quotedAt });
      }, priceEveryMs);
      stream = { subscribers: new Set(), timer };
      this.#streams.set(symbol, stream);
    }
    return stream;
  }

  #leave(connection: Connection, symbol: string): void {
    const stream = this.#streams.get(symbol);
    connection.symbols.delete(symbol);
    if (stream === undefined) return;
    stream.subscribers.delete(connection);
    if (stream.subscribers.size > 0) return;
    clearInterval(stream.timer);
    this.#streams.delete(symbol);
  }

  /** Returns the number of receivers. */
  #broadcast(symbol: string, frame: object): number {
    const subscribers = this.#streams.get(symbol)?.subscribers;
    if (subscribers === undefined) return 0;
    const text = JSON.stringify(frame);
    for (const { peer } of subscribers) peer.send(text);
    return subscribers.size;
  }

  #send({ peer }: Connection, frame: object): void {
    peer.send(JSON.stringify(frame));
  }

  #closed(connection: Connection): void {
    for (const symbol of [...connection.symbols]) this.#leave(connection, symbol);
    if (connection.user !== null) void this.#options.rows.del(`conn:${connection.id}`);
  }
}
