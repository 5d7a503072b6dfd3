// @ts-check
/**
 * A client of the gateway for browsers and Node, without dependencies. It connects, authenticates,
 * subscribes and refreshes its token. When the connection breaks, it connects again after a random
 * delay, and resumes each symbol from the last price that it handed over.
 *
 * A `price` event follows the one before it, apart from `skipped` prices. A `snapshot` event says
 * that prices may be missing before it. Time, chance and the WebSocket come from the options, so
 * that the client also runs in the simulator. docs/client.md explains its use.
 *
 * @import { ClientEvents, ClientState, Frame, PricesClientOptions, SocketLike } from './types.ts'
 */
import { CLIENT_TIMES, FINAL_CLOSE_CODES, NOT_AUTHENTICATED, openSocket } from './defaults.js';
import { Emitter } from './emitter.js';
import { RequestError, Requests } from './requests.js';
import { inChunks, Subscriptions } from './subscriptions.js';
import { systemClock, Timers } from './timers.js';

const SUBPROTOCOL = 'prices.v1';

/** Until a refresh that failed is tried again, and until one of a token that seems expired. */
const REFRESH_AGAIN_MS = 30_000;

export class PricesClient {
  /** @type {Required<PricesClientOptions>} */
  #options;
  #events = new Emitter();
  #subscriptions = new Subscriptions((type, event) => this.#events.emit(type, event));
  #requests = new Requests();
  #timers;
  /** @type {SocketLike | null} */
  #socket = null;
  /** @type {ClientState} */
  #state = 'idle';
  /** Numbers the connections. Whatever awaits something stops if it has changed. */
  #attempt = 0;
  #failures = 0;
  /** Since the last look. */
  #hasHeard = false;
  #expiresAtMs = 0;
  #token = '';
  /** Symbols that the token permits, or null for all. @type {readonly string[] | null} */
  #permitted = null;
  /** @type {string | null} */
  #refusedToken = null;

  constructor(/** @type {PricesClientOptions} */ options) {
    this.#options = { createSocket: openSocket, clock: systemClock, random: Math.random, ...CLIENT_TIMES, ...options };
    this.#timers = new Timers(this.#options.clock);
  }

  get state() {
    return this.#state;
  }

  /** Symbols that the client subscribes to, on this connection and the next ones. */
  get symbols() {
    return this.#subscriptions.symbols;
  }

  /**
   * Calls `listener` for each event of the type, until the returned function is called.
   * @template {keyof ClientEvents} Type
   * @param {Type} type
   * @param {(event: ClientEvents[Type]) => void} listener
   * @returns {() => void}
   */
  on(type, listener) {
    return this.#events.add(type, listener);
  }

  /** Connects. Does nothing if the client is started already. */
  start() {
    if (this.#state !== 'idle' && this.#state !== 'closed') return;
    this.#failures = 0;
    this.#refusedToken = null;
    void this.#connect();
  }

  /** Closes the connection. `start` connects again, and resumes. */
  stop() {
    if (this.#state === 'idle' || this.#state === 'closed') return;
    this.#release('stopped');
    this.#change('closed', 1000);
  }

  /**
   * Subscribes now if connected, and on each later connection. With `maxPerSecond`, from 1 to
   * 1,000, the gateway sends no more prices of a symbol than that. Symbols that are subscribed
   * already keep theirs.
   * @param {readonly string[]} symbols
   * @param {{ readonly maxPerSecond?: number }} options
   */
  subscribe(symbols, { maxPerSecond } = {}) {
    const added = this.#subscriptions.add(symbols, maxPerSecond);
    if (this.#state === 'open') this.#requestSymbols(added);
  }

  /** No event of these symbols follows. */
  unsubscribe(/** @type {readonly string[]} */ symbols) {
    const removed = this.#subscriptions.remove(symbols);
    if (this.#state !== 'open') return;
    // Its answer has no news, and a closed connection has no subscriptions.
    for (const some of inChunks(removed)) this.request({ type: 'unsubscribe', symbols: some }).catch(ignore);
  }

  /** Rejects with a RequestError. `partial` in the answer: other gateways may not get it. */
  comment(/** @type {string} */ symbol, /** @type {string} */ text) {
    return this.request({ type: 'comment', symbol, text });
  }

  /** Sends a request. Resolves to its answer, or rejects with a RequestError. */
  request(/** @type {Frame} */ frame) {
    if (this.#state !== 'open') return Promise.reject(new RequestError('closed', 'not connected'));
    const { id, answer } = this.#requests.add();
    this.#send({ ...frame, id });
    return answer;
  }

  /** Refreshes the token now. The client also does so before the expiry. */
  async refresh() {
    const attempt = this.#attempt;
    const token = await this.#newToken();
    if (attempt !== this.#attempt || this.#state !== 'open') return;
    this.#timers.start('refresh', REFRESH_AGAIN_MS, () => void this.refresh());
    if (token === null) return;
    if (token === this.#token) return this.#events.emit('expiring', { expiresAtMs: this.#expiresAtMs });
    try {
      const answer = await this.request({ type: 'refresh', token });
      this.#token = token;
      this.#accepted(answer);
    } catch (error) {
      const { code, message } = /** @type {RequestError} */ (error);
      if (code !== 'closed') this.#events.emit('error', { code, text: message });
    }
  }

  async #connect() {
    const attempt = (this.#attempt += 1);
    this.#change('connecting');
    const token = await this.#newToken();
    if (attempt !== this.#attempt) return;
    if (token === null) return this.#lost(0, 'no token');
    if (token === this.#refusedToken) return this.#change('closed', NOT_AUTHENTICATED, 'the token is not accepted');
    this.#token = token;
    const socket = this.#options.createSocket(this.#options.url, SUBPROTOCOL);
    this.#socket = socket;
    // Ignores events of sockets that the client has given up.
    const current = (/** @type {(event: any) => void} */ act) => (/** @type {any} */ event) => {
      if (this.#socket === socket) act(event);
    };
    socket.onopen = current(() => this.#send({ type: 'authenticate', token }));
    socket.onmessage = current(({ data }) => this.#received(JSON.parse(String(data))));
    socket.onclose = current(({ code, reason }) => this.#lost(code, String(reason)));
    // `onclose` follows.
    socket.onerror = ignore;
    this.#timers.start('connect', this.#options.connectWithinMs, () => this.#lost(1006, 'no answer'));
  }

  /** Null if there is none, which is an `error` event. */
  async #newToken() {
    try {
      return await this.#options.token();
    } catch (error) {
      this.#events.emit('error', { code: 'no_token', text: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  #received(/** @type {Frame} */ frame) {
    this.#hasHeard = true;
    const isAnswer = this.#requests.settle(frame);
    switch (frame.type) {
      case 'error':
        if (!isAnswer) this.#events.emit('error', { code: frame['code'], text: frame['text'] });
        break;
      case 'authenticated':
        this.#authenticated(frame);
        break;
      case 'announcement':
        this.#events.emit('announcement', { from: frame['from'], text: frame['text'] });
        break;
      case 'restarting':
        this.#events.emit('restarting', { withinMs: frame['withinMs'] });
        break;
      case 'unsubscribed':
        if (!isAnswer) this.#unsubscribed(frame['symbols'], frame['reason']);
        break;
      default:
        this.#subscriptions.receive(frame);
    }
  }

  #authenticated(/** @type {Frame} */ frame) {
    this.#timers.cancel('connect');
    this.#timers.start('stable', this.#options.stableAfterMs, () => {
      this.#failures = 0;
    });
    this.#accepted(frame);
    this.#listen();
    this.#change('open');
    if (this.#state === 'open') this.#requestSymbols(this.#subscriptions.unrequested);
  }

  /** Notes what the gateway says about the token. */
  #accepted(/** @type {Frame} */ { symbols, expiresAtMs }) {
    this.#permitted = symbols;
    this.#expiresAtMs = expiresAtMs;
    const { clock, refreshBeforeMs } = this.#options;
    const leftMs = expiresAtMs - clock.wallMs();
    const delayMs = leftMs > 0 ? leftMs - Math.min(refreshBeforeMs, leftMs / 2) : REFRESH_AGAIN_MS;
    this.#timers.start('refresh', delayMs, () => void this.refresh());
  }

  #requestSymbols(/** @type {readonly string[]} */ symbols) {
    // Repeated requests for forbidden symbols would end the connection.
    const isPermitted = (/** @type {string} */ symbol) => this.#permitted?.includes(symbol) ?? true;
    this.#unsubscribed(
      symbols.filter((symbol) => !isPermitted(symbol)),
      'symbol_forbidden',
    );
    for (const request of this.#subscriptions.requestsFor(symbols.filter(isPermitted))) {
      const { id, answer } = this.#requests.add();
      this.#subscriptions.requested(request.symbols, id);
      this.#send({ type: 'subscribe', ...request, id });
      answer.catch(({ code }) => {
        if (code !== 'closed') this.#refused(this.#subscriptions.requestedBy(id), code);
      });
    }
  }

  /** One refused symbol is enough to refuse a request. */
  #refused(/** @type {readonly string[]} */ symbols, /** @type {string} */ code) {
    if (symbols.length > 1) for (const symbol of symbols) this.#requestSymbols([symbol]);
    else this.#unsubscribed(symbols, code);
  }

  #unsubscribed(/** @type {readonly string[]} */ symbols, /** @type {string} */ code) {
    const removed = this.#subscriptions.remove(symbols);
    if (removed.length > 0) this.#events.emit('unsubscribed', { symbols: removed, code });
  }

  /** Notices a connection on which nothing arrives. */
  #listen() {
    const { silentAfterMs, pongWithinMs } = this.#options;
    this.#hasHeard = false;
    this.#timers.start('silence', silentAfterMs, () => {
      if (this.#hasHeard) return this.#listen();
      this.request({ type: 'ping' }).catch(ignore);
      this.#timers.start('silence', pongWithinMs, () =>
        this.#hasHeard ? this.#listen() : this.#lost(1006, 'no answer'),
      );
    });
  }

  #lost(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#release(reason);
    if (FINAL_CLOSE_CODES.includes(code)) return this.#change('closed', code, reason);
    if (code === NOT_AUTHENTICATED) this.#refusedToken = this.#token;
    const { retryBaseMs, retryMaxMs, random } = this.#options;
    // From 0 to the whole delay, so that clients that failed together do not return together.
    const retryInMs = random() * Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#timers.start('retry', retryInMs, () => void this.#connect());
    this.#change('waiting', code, reason, retryInMs);
  }

  /** Gives up the connection, with all that waits for it. */
  #release(/** @type {string} */ reason) {
    this.#attempt += 1;
    const socket = this.#socket;
    this.#socket = null;
    this.#timers.cancelAll();
    this.#subscriptions.disconnected();
    this.#requests.failAll(reason);
    socket?.close(1000);
  }

  #change(/** @type {ClientState} */ state, code = 0, reason = '', retryInMs = 0) {
    this.#state = state;
    this.#events.emit('state', { state, code, reason, retryInMs });
  }

  #send(/** @type {object} */ frame) {
    this.#socket?.send(JSON.stringify(frame));
  }
}

function ignore() {}
