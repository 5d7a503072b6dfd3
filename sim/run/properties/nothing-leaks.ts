/**
 * A ready-made property: after its clients have left, a node holds no more than before they came.
 *
 * Evidence. Numbers of a node's process: its open timers, those of `setInterval` alone, its
 * subscriptions to Redis channels, its connections to Redis, and its listeners on what outlives a
 * connection. Intervals are counted apart, because timers of a warm-up would make room for those of
 * clients. Who opens a WebSocket or sends a request of HTTP is a client, except other nodes.
 *
 * The bound is the highest number seen in any process of the run that had no client yet, from
 * `restMs` after its start on. The number held against it is the one that the process has for most
 * of the time once its last client is gone: work that comes and goes in the background does not
 * count.
 *
 * What the first client makes and all later ones share does not count. So two connections to Redis
 * more than before are tolerated, and two listeners for each event of each emitter.
 *
 * Keys of Redis that belong to a connection (`ownedKey`) must be gone at the end of a run without
 * connections, or have an expiry, which is a lease.
 *
 * Not checked, because they prove nothing:
 * - processes that still have a connection at the end, such as one that is half open;
 * - processes whose first client came too early to measure what they hold without one: before
 *   `start` had resolved, less than `restMs` later, or after a fault that may have held up their
 *   start;
 * - listeners on closed sockets: most servers leave them to the garbage collector;
 * - timers of `AbortSignal.timeout`, which no code can clear: each ends at its time. A client of
 *   Redis that starts one for each command has one most of the time if a job runs regularly.
 */
import type { HttpRecord, NodeRecord, RunRecord } from '../../kernel/record.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { PropertyOptions } from './create-property.ts';
import { HeldByProcesses, type MayStay } from './held-by-processes.ts';
import { DUE, seconds } from './timer-name.ts';
import { eachHeld, HELD, type Held, TypicalCounts } from './typical-counts.ts';

export interface NothingLeaksOptions extends PropertyOptions, MayStay {
  /** `nothing-leaks` by default. */
  readonly id?: string;
  /**
   * Virtual time that a process must have run without a client after its `start` resolved, to be
   * checked; 100 ms by default. Choose more for a system that continues to start after that.
   */
  readonly restMs?: number;
  /**
   * Whether a key of Redis belongs to a connection: once no node has a connection, it must be gone
   * or expire. No key is checked by default, because others are data that may stay.
   */
  readonly ownedKey?: (key: string) => boolean;
}

const REST_MS = 100;

/** Faults that can delay the start of a process. */
const DELAYS_START = /^(?:redis-|failpoint-|node-stall$|timers-late$)/;

const SHOWN_MAX = 3;

/** The first client may make two connections to Redis for pub/sub, which all later ones share. */
const SHARED_CONNECTIONS_MAX = 2;

/** After its last client has left, a node holds no more than before its first. */
export function nothingLeaks(options: NothingLeaksOptions = {}): Property {
  const { id = 'nothing-leaks', risk, judgedWithinSeeds } = options;
  const { description = 'After its last client has left, a node holds no more than before its first.' } = options;
  return {
    id,
    description,
    risk,
    judgedWithinSeeds,
    kind: 'always',
    checker: (view) => new LeakChecker(view, options),
  };
}

interface Process {
  readonly node: string;
  readonly version: NodeRecord['version'];
  /** When `start` resolved; null until then. */
  readyAtMs: number | null;
  /** Whether no fault may have delayed the start. */
  isUndisturbed: boolean;
  /** Null until its first client connected. */
  hadRest: boolean | null;
  readonly links: Set<string>;
  lastLeftAtMs: number;
  /** Counts without a client, from the time at which the system must have settled. */
  readonly afterwards: TypicalCounts;
}

class LeakChecker implements Checker {
  readonly observes = ['node', 'frame', 'http', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #options: NothingLeaksOptions;
  readonly #held: HeldByProcesses;
  readonly #processes = new Map<string, Process>();
  /** The highest counts of any process before its first client, by version of the system. */
  readonly #bounds = new Map<NodeRecord['version'], Held>();
  readonly #faults = new Set<string>();
  #hasSettled = false;

  constructor(view: CheckerView, options: NothingLeaksOptions) {
    this.#view = view;
    this.#options = options;
    this.#held = new HeldByProcesses(view.ledger, options);
  }

  observe(record: RunRecord): void {
    if (record.type === 'node') this.#node(record);
    else if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'http') this.#http(record);
    else if (record.type === 'fault') this.#fault(record);
  }

  quiescent(): void {
    for (const process of this.#processes.values()) {
      if (process.hadRest === null) {
        if (this.#hasRested(process, this.#view.nowMs)) this.#raiseBound(process);
      } else if (this.#hasSettled && process.links.size === 0) {
        process.afterwards.add(this.#view.nowMs, this.#held.counts(process.node));
      }
    }
  }

  end(): void {
    for (const process of this.#processes.values()) {
      const bound = this.#bounds.get(process.version);
      if (process.hadRest !== true || this.#hasClients(process) || bound === undefined) continue;
      const held = process.afterwards.typical(this.#view.nowMs);
      if (held === null) continue;
      for (const what of HELD) this.#check(process, what, held, bound);
    }
    if (this.#options.ownedKey !== undefined) this.#checkKeys(this.#options.ownedKey);
  }

  #check({ node, lastLeftAtMs }: Process, what: keyof Held, held: Held, bound: Held): void {
    const tolerated = what === 'connections' ? SHARED_CONNECTIONS_MAX : 0;
    this.#view.check(held[what] <= bound[what] + tolerated, () => ({
      subject: what,
      text:
        `the last client of ${node} left at ${seconds(lastLeftAtMs)}, but ${node} still has ` +
        `${held[what]} ${NAMES[what]}, at most ${bound[what]} before its first client: ${this.#list(node, what)}`,
    }));
  }

  #checkKeys(isOwned: (key: string) => boolean): void {
    const { ledger } = this.#view;
    if (ledger.nodes().some((node) => ledger.openConnections(node).length > 0)) return;
    const kept = ledger.redisKeysWithoutExpiry().filter(isOwned);
    this.#view.check(kept.length === 0, () => ({
      subject: 'keys',
      text: `no client is connected, but ${kept.length} keys of clients are in Redis without an expiry: ${kept.slice(-SHOWN_MAX).join(', ')}`,
    }));
  }

  #list(node: string, what: keyof Held): string {
    const names = this.#held.names(node, what);
    const shown = [...new Set(names)].slice(-SHOWN_MAX);
    const advice = shown.some((name) => name.includes(DUE)) ? '; with a longer leaveMs they may end' : '';
    return `${shown.join(', ')}${advice}` || 'none of them at this moment';
  }

  #node(record: NodeRecord): void {
    const { node, phase, version, atMs } = record;
    if (phase === 'started') {
      this.#processes.set(node, {
        node,
        version,
        readyAtMs: null,
        isUndisturbed: this.#faults.size === 0,
        hadRest: null,
        links: new Set(),
        lastLeftAtMs: 0,
        afterwards: new TypicalCounts(),
      });
    } else if (phase === 'ready') {
      const process = this.#processes.get(node);
      if (process !== undefined) process.readyAtMs = atMs;
    } else {
      this.#processes.delete(node);
    }
  }

  #frame({ node, link, kind, direction, phase, atMs }: Extract<RunRecord, { type: 'frame' }>): void {
    if (direction !== 'up' || (kind !== 'open' && kind !== 'close')) return;
    const process = this.#processes.get(node);
    if (process === undefined) return;
    if (kind === 'open' && phase === 'delivered') {
      this.#came(process, atMs);
      process.links.add(link);
    } else if (phase === (kind === 'open' ? 'refused' : 'down') && process.links.delete(link)) {
      process.lastLeftAtMs = atMs;
    }
  }

  /** Connections of HTTP have no records of their end. */
  #http({ node, client, direction, phase, atMs }: HttpRecord): void {
    const process = this.#processes.get(node);
    if (direction !== 'up' || phase !== 'delivered' || process === undefined || this.#processes.has(client)) return;
    this.#came(process, atMs);
    process.lastLeftAtMs = atMs;
  }

  #came(process: Process, atMs: number): void {
    process.afterwards.clear();
    if (process.hadRest !== null) return;
    const hasRested = this.#hasRested(process, atMs);
    process.hadRest = process.isUndisturbed && hasRested;
    // There may have been no step since then.
    if (hasRested) this.#raiseBound(process);
  }

  #hasRested({ readyAtMs }: Process, nowMs: number): boolean {
    return readyAtMs !== null && nowMs - readyAtMs >= (this.#options.restMs ?? REST_MS);
  }

  #hasClients({ node, links }: Process): boolean {
    return links.size > 0 || this.#view.ledger.openConnections(node).some(({ client }) => !this.#processes.has(client));
  }

  #fault({ id, kind, phase }: Extract<RunRecord, { type: 'fault' }>): void {
    if (kind === 'settled') this.#hasSettled = true;
    if (!DELAYS_START.test(kind)) return;
    if (phase === 'ended') {
      this.#faults.delete(id);
      return;
    }
    if (phase === 'begun') this.#faults.add(id);
    for (const process of this.#processes.values()) if (process.hadRest === null) process.isUndisturbed = false;
  }

  #raiseBound(process: Process): void {
    const held = this.#held.counts(process.node);
    const bound = this.#bounds.get(process.version);
    if (bound !== undefined && HELD.every((kind) => held[kind] <= bound[kind])) return;
    this.#bounds.set(
      process.version,
      eachHeld((kind) => Math.max(bound?.[kind] ?? 0, held[kind])),
    );
  }
}

const NAMES: Readonly<Record<keyof Held, string>> = {
  timers: 'timers',
  intervals: 'timers of setInterval',
  channels: 'channels',
  connections: 'connections to Redis',
  listeners: 'listeners too many',
};
