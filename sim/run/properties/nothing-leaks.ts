/**
 * A ready-made property: after its clients have left, a node holds no more than before they came.
 *
 * Evidence. Two numbers of a node's process: its open timers, and its subscriptions to Redis
 * channels. The bound is the highest number seen in any process of the run that had started and had
 * no client yet. The number held against it is the one that the process has for most of the time
 * once its last client is gone: work that comes and goes in the background does not count.
 *
 * Not checked, because they prove nothing:
 * - processes that still have a connection at the end, such as one that is half open;
 * - processes whose first client came too early to measure what they hold without one: before
 *   `start` had resolved, less than `restMs` later, or after a fault that may have held up their
 *   start;
 * - listeners on closed sockets: most servers leave them to the garbage collector.
 */
import type { NodeRecord, RunRecord } from '../../kernel/record.ts';
import type { OpenTimer } from '../../world/process-timer.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { PropertyOptions } from './create-property.ts';
import { type Held, TypicalCounts } from './typical-counts.ts';

export interface NothingLeaksOptions extends PropertyOptions {
  /** `nothing-leaks` by default. */
  readonly id?: string;
  /**
   * Virtual time that a process must have run without a client after its `start` resolved, to be
   * checked; 100 ms by default. Choose more for a system that continues to start after that.
   */
  readonly restMs?: number;
  /** Timers that may stay, such as one that the first client starts and all later ones share. */
  readonly ignoreTimer?: (timer: OpenTimer) => boolean;
  /** Redis channels that may stay subscribed. */
  readonly ignoreChannel?: (channel: string) => boolean;
}

const REST_MS = 100;

/** Faults that can delay the start of a process. */
const DELAYS_START = /^(?:redis-|failpoint-|node-stall$|timers-late$)/;

const SHOWN_MAX = 3;

/** After its last client has left, a node has no more timers and channels than before its first. */
export function nothingLeaks(options: NothingLeaksOptions = {}): Property {
  const { id = 'nothing-leaks', risk, judgedWithinSeeds } = options;
  const { description = 'After its last client has left, a node has no more timers and channels than before.' } =
    options;
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
  readonly observes = ['node', 'frame', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #options: NothingLeaksOptions;
  readonly #processes = new Map<string, Process>();
  /** The highest counts of any process before its first client, by version of the system. */
  readonly #bounds = new Map<NodeRecord['version'], Held>();
  readonly #faults = new Set<string>();
  #hasSettled = false;

  constructor(view: CheckerView, options: NothingLeaksOptions) {
    this.#view = view;
    this.#options = options;
  }

  observe(record: RunRecord): void {
    if (record.type === 'node') this.#node(record);
    else if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'fault') this.#fault(record);
  }

  quiescent(): void {
    for (const process of this.#processes.values()) {
      if (process.hadRest === null) {
        if (process.readyAtMs !== null) this.#raiseBound(process);
      } else if (this.#hasSettled && process.links.size === 0) {
        process.afterwards.add(this.#view.nowMs, this.#held(process));
      }
    }
  }

  end(): void {
    for (const process of this.#processes.values()) {
      const bound = this.#bounds.get(process.version);
      if (process.hadRest !== true || process.links.size > 0 || bound === undefined) continue;
      const held = process.afterwards.typical(this.#view.nowMs);
      if (held === null) continue;
      this.#check(process, 'timers', held, bound);
      this.#check(process, 'channels', held, bound);
    }
  }

  #check({ node, lastLeftAtMs }: Process, what: keyof Held, held: Held, bound: Held): void {
    this.#view.check(held[what] <= bound[what], () => ({
      subject: what,
      text:
        `the last client of ${node} left at ${(lastLeftAtMs / 1000).toFixed(2)} s, but ${node} still has ` +
        `${held[what]} ${what}, at most ${bound[what]} before its first client: ${this.#list(node, what)}`,
    }));
  }

  #list(node: string, what: keyof Held): string {
    const names = what === 'timers' ? this.#timers(node).map(nameOfTimer) : this.#channels(node);
    const shown = [...new Set(names)].slice(-SHOWN_MAX);
    return shown.join(', ') || 'none of them at this moment';
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
      const { readyAtMs, isUndisturbed } = process;
      const restMs = this.#options.restMs ?? REST_MS;
      process.hadRest ??= isUndisturbed && readyAtMs !== null && atMs - readyAtMs >= restMs;
      process.links.add(link);
      process.afterwards.clear();
    } else if (phase === (kind === 'open' ? 'refused' : 'down') && process.links.delete(link)) {
      process.lastLeftAtMs = atMs;
    }
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
    const held = this.#held(process);
    const { timers = 0, channels = 0 } = this.#bounds.get(process.version) ?? {};
    this.#bounds.set(process.version, {
      timers: Math.max(timers, held.timers),
      channels: Math.max(channels, held.channels),
    });
  }

  #held({ node }: Process): Held {
    return { timers: this.#timers(node).length, channels: this.#channels(node).length };
  }

  #timers(node: string): readonly OpenTimer[] {
    const { ignoreTimer } = this.#options;
    const timers = this.#view.ledger.timers(node);
    return ignoreTimer === undefined ? timers : timers.filter((timer) => !ignoreTimer(timer));
  }

  #channels(node: string): readonly string[] {
    const { ignoreChannel } = this.#options;
    const channels = this.#view.ledger.channels(node);
    return ignoreChannel === undefined ? channels : channels.filter((channel) => !ignoreChannel(channel));
  }
}

/** `tick of connection-1`, `setInterval` */
function nameOfTimer({ label, owner }: OpenTimer): string {
  return owner === 'ambient' ? label : `${label} of ${owner}`;
}
