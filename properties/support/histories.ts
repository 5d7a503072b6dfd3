/**
 * What each node knows of the prices of each symbol: a model, fed by the broadcasts that the
 * gateway's probe reports and by the subscriptions seen in frames.
 */
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, symbolsIn, type TrackedConnection } from './connections.ts';
import { Pauses } from './pauses.ts';
import { reportOf } from './testimony.ts';

/** Consecutive prices of one epoch. */
export interface KnownPrices {
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
}

interface History {
  known: KnownPrices | null;
  /** The node may have forgotten its prices at a time that is not known. */
  isUnclear: boolean;
  /** Number of subscriptions, without those of `closing`. */
  subscribers: number;
  /**
   * Connections that their client has begun to close. The node ends them before their socket
   * closes, at a time that frames do not show.
   */
  readonly closing: Set<TrackedConnection>;
  /** The last one ended at this time or later. */
  emptySinceMs: number;
  /** It ended at this time or earlier, if no connection is closing. */
  emptyByMs: number;
}

/** A node may forget its prices earlier or later by this time. */
const SLACK_MS = 300;

const { historyKeptMs, historyPricesMax } = simulatedLimits;

export class Histories {
  readonly #view: CheckerView;
  readonly #pauses: Pauses;
  readonly #connections: Connections;
  /** When requests of each connection for symbols arrived that have not been answered. */
  readonly #asked = new Map<TrackedConnection, Map<string, number>>();
  /** By node and symbol. */
  readonly #histories = new Map<string, History>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#connections = Connections.of(view).listen({
      subscribed: (tracked, symbol) => {
        this.#joined(tracked, symbol);
        if (!this.#connections.open.has(tracked.link)) this.#left(tracked, symbol, true);
      },
      unsubscribed: (tracked, symbol) => this.#left(tracked, symbol),
      closing: (tracked) => tracked.subscriptions.forEach((symbol) => this.#left(tracked, symbol, true)),
      ended: (tracked) => {
        this.#asked.delete(tracked);
        for (const symbol of tracked.subscriptions) this.#ended(tracked, symbol);
      },
    });
  }

  /** For records of nodes, probes and frames. */
  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    if (record.type === 'node' && record.phase !== 'ready') this.#forget(record.node);
    if (record.type !== 'probe') return;
    const { name, node, fields } = reportOf(record);
    if (name !== 'broadcast.started') return;
    const history = this.#of(node, String(fields['symbol']));
    const [epoch, last] = [String(fields['epoch']), Number(fields['sequence'])];
    const { known } = history;
    const first = known?.epoch === epoch && known.last + 1 === last ? known.first : last;
    if (first === last) history.isUnclear = false;
    history.known = { epoch, last, first: Math.max(first, last - historyPricesMax + 1) };
  }

  /** What a node knows of a symbol with subscribers. */
  knownOf(node: string, symbol: string): KnownPrices | null | 'unclear' {
    const { known, isUnclear } = this.#of(node, symbol);
    return isUnclear ? 'unclear' : known;
  }

  #frame({ link, direction, phase, kind, text, atMs }: Extract<RunRecord, { type: 'frame' }>): void {
    if (direction !== 'up' || phase !== 'delivered' || kind !== 'text') return;
    if (!text.startsWith('{"type":"subscribe"')) return;
    const tracked = this.#connections.open.get(link);
    if (tracked === undefined) return;
    const asked = this.#asked.get(tracked) ?? new Map<string, number>();
    this.#asked.set(tracked, asked);
    for (const symbol of symbolsIn(text))
      if (!tracked.subscriptions.has(symbol) && !asked.has(symbol)) asked.set(symbol, atMs);
  }

  /**
   * Whether another subscriber reads. One that does not may have been closed: over TCP even the
   * closing frame waits behind what it has not read.
   */
  #hasReader(joined: TrackedConnection, symbol: string): boolean {
    for (const tracked of this.#connections.open.values()) {
      if (tracked === joined || tracked.node !== joined.node || isSlow(tracked, this.#view.nowMs)) continue;
      if (tracked.subscriptions.has(symbol)) return true;
    }
    return false;
  }

  /** Whether another client waits for the answer to its subscription. */
  #isAskedFor(node: string, symbol: string): boolean {
    for (const [tracked, asked] of this.#asked) if (tracked.node === node && asked.has(symbol)) return true;
    return false;
  }

  /** The first subscriber after a while may find that the node has forgotten its prices. */
  #joined(tracked: TrackedConnection, symbol: string): void {
    const { node } = tracked;
    const history = this.#of(node, symbol);
    const askedAtMs = this.#asked.get(tracked)?.get(symbol);
    this.#asked.get(tracked)?.delete(symbol);
    history.subscribers += 1;
    if (history.known === null) return;
    if (history.subscribers > 1) {
      if (!this.#hasReader(tracked, symbol)) history.isUnclear = true;
      return;
    }
    // A client that reads slowly gets the answer later, but the node has kept its prices for it.
    const { nowMs } = this.#view;
    const untilMs = askedAtMs ?? nowMs;
    const mostMs = untilMs - history.emptySinceMs;
    if (mostMs < historyKeptMs - SLACK_MS) return;
    const isSure = history.closing.size === 0 && !this.#isAskedFor(node, symbol);
    const leastMs = !isSure ? 0 : untilMs - history.emptyByMs;
    if (leastMs > historyKeptMs + SLACK_MS && !this.#pauses.disturbed(node, nowMs, nowMs - history.emptySinceMs))
      history.known = null;
    else history.isUnclear = true;
  }

  #left(tracked: TrackedConnection, symbol: string, isClosing = false): void {
    const history = this.#of(tracked.node, symbol);
    history.subscribers -= 1;
    history.emptyByMs = this.#view.nowMs;
    history.emptySinceMs = isSlow(tracked, this.#view.nowMs) ? tracked.acceptedAtMs : this.#view.nowMs;
    if (isClosing) history.closing.add(tracked);
  }

  #ended(tracked: TrackedConnection, symbol: string): void {
    const history = this.#of(tracked.node, symbol);
    if (history.closing.delete(tracked)) history.emptyByMs = this.#view.nowMs;
    else this.#left(tracked, symbol);
  }

  #forget(node: string): void {
    for (const key of this.#histories.keys()) if (key.startsWith(`${node} `)) this.#histories.delete(key);
  }

  #of(node: string, symbol: string): History {
    const key = `${node} ${symbol}`;
    let history = this.#histories.get(key);
    if (history === undefined) {
      history = {
        known: null,
        isUnclear: false,
        subscribers: 0,
        closing: new Set(),
        emptySinceMs: 0,
        emptyByMs: 0,
      };
      this.#histories.set(key, history);
    }
    return history;
  }
}
