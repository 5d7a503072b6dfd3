/**
 * One life of a node, like a process: it starts from nothing and knows only what its faces give it.
 *
 * Fault model. A life may end between two steps, at any moment: its promises never settle, no `finally` runs, its timers and sockets are
 * gone. Its timers are lower bounds: mostly prompt, rarely late. It never loses a timer, and none fires early. What else may befall it is
 * said by stall.ts, conditions.ts and deploy.ts.
 */
import { type Draws, type Scope, scopeOf } from '../kernel/draws.ts';
import { hashText, mix } from '../kernel/hash.ts';
import type { Domain, Entry } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Conditions } from './conditions.ts';
import type { Fields, RequestFace, TimerFace, WorkTag } from './faces.ts';
import type { ShadowHost, TableConflict } from './image.ts';
import { EPOCH_MS } from './libraries.ts';
import type { ServerSocket } from './network/server-socket.ts';
import type { Recorder } from './recorder.ts';
import { type SimulatedPlace, simulatedPlace } from './stack-names.ts';

/** One timer in a hundred is late, by up to this. */
const LATENESS_MS_MAX = 30;

export interface LifeParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly detailed: boolean;
  readonly conditions: Conditions;
  /** The guard was hit. */
  readonly onEscape: (who: string, way: string, place: SimulatedPlace | null) => void;
}

/** A timer that has been started and has neither fired nor been cancelled. */
export interface OpenTimer extends WorkTag {
  readonly startedAtMs: number;
}

export class Life implements Domain, ShadowHost {
  readonly name: string;
  readonly nodeName: string;
  readonly number: number;
  readonly timers = new Set<OpenTimer>();
  /** Their entries in the queue. */
  readonly timerEntries = new Set<Entry>();
  /** Set while the event loop stands still. */
  holds: ((entry: Entry) => boolean) | null = null;
  readonly #parts: LifeParts;
  readonly #counts = new Map<string, { scope: Scope; count: number }>();
  accept: ((socket: ServerSocket, request: RequestFace) => void) | null = null;
  protocols: readonly string[] | null = null;
  alive = true;

  constructor(parts: LifeParts, nodeName: string, number: number) {
    this.#parts = parts;
    this.nodeName = nodeName;
    this.number = number;
    this.name = `${nodeName}.${number}`;
  }

  get who(): string {
    return this.nodeName;
  }

  get detailed(): boolean {
    return this.#parts.detailed;
  }

  monotonicMs(): number {
    return this.#parts.kernel.nowMs;
  }

  wallMs(): number {
    const { kernel, conditions } = this.#parts;
    return EPOCH_MS + Math.floor(kernel.nowMs) + conditions.wallOffsetMs(this.nodeName);
  }

  startTimer(tag: WorkTag, delayMs: number, fire: () => void): TimerFace {
    const { kernel, draws, recorder, conditions } = this.#parts;
    const { label, owner } = tag;
    const { scope, count } = this.#next(`timer/${label}/${owner}`);
    const cause = mix(scope.hash, count);
    const fraction = draws.fraction(scope, count);
    const lateMs = fraction < 0.99 ? fraction * 0.2 : (fraction - 0.99) * 100 * LATENESS_MS_MAX;
    const timer: OpenTimer = { label, owner, startedAtMs: kernel.nowMs };
    this.timers.add(timer);
    recorder.timer(this.nodeName, label, owner, 'started');
    const wait = (ms: number, then: () => void): Entry => {
      const next = kernel.schedule(ms * 1000, this, () => {
        this.timerEntries.delete(next);
        then();
      });
      this.timerEntries.add(next);
      return next;
    };
    const fired = (): void => {
      this.timers.delete(timer);
      recorder.timer(this.nodeName, label, owner, 'fired');
      kernel.cause = cause;
      fire();
    };
    let entry = wait(Math.max(0, delayMs) + lateMs, () => {
      const moreMs = conditions.timerLateMs(this.nodeName, fraction);
      if (moreMs === 0) fired();
      else entry = wait(moreMs, fired);
    });
    return { cancel: () => this.#cancel(timer, entry) };
  }

  /** Completes at once, in an event of its own, unless a fault delays it or makes it fail. */
  point(name: string): Promise<void> {
    const { kernel, conditions } = this.#parts;
    const { delayMs, fails } = conditions.point(this.nodeName, name);
    return new Promise((resolve, reject) => {
      kernel.schedule(delayMs * 1000, this, () => {
        if (fails) reject(new Error(`failed at the point ${name}`));
        else resolve();
      });
    });
  }

  fraction(label: string): number {
    const { draws, kernel } = this.#parts;
    if (kernel.cause === 0) {
      const { scope, count } = this.#next(`draw/${label}`);
      return draws.fraction(scope, count);
    }
    // What has a cause hangs on that cause, not on how many others came before it.
    kernel.cause = mix(kernel.cause, 1);
    return draws.fractionOf(mix(kernel.cause, hashText(label)), this.number);
  }

  id(label: string): string {
    let text = '';
    while (text.length < 20)
      text += Math.floor(this.fraction(label) * 36 ** 5)
        .toString(36)
        .padStart(5, '0');
    return text;
  }

  note(name: string, fields: Fields = {}): void {
    if (name.startsWith('sim.')) throw new Error(`the names sim.* belong to the simulator: ${name}`);
    this.#parts.recorder.probe(this.nodeName, this.number, name, fields);
  }

  nextTick(callback: () => void): void {
    this.#parts.kernel.nextTick(() => {
      if (this.alive) callback();
    });
  }

  escaped(way: string): void {
    this.#parts.recorder.probe(this.nodeName, this.number, 'sim.escape', { way });
    this.#parts.onEscape(this.nodeName, way, simulatedPlace());
  }

  tableConflict({ table, change, iterating, changing }: TableConflict): void {
    const names = this.detailed ? { iterating: iterating.join(' < '), changing: changing.join(' < ') } : {};
    this.#parts.recorder.tableConflict(this.nodeName, this.number, { table, change }, names);
  }

  #cancel(timer: OpenTimer, entry: Entry): void {
    if (entry.deliver === null) return;
    entry.deliver = null;
    this.timers.delete(timer);
    this.timerEntries.delete(entry);
    this.#parts.recorder.timer(this.nodeName, timer.label, timer.owner, 'cancelled');
  }

  #next(name: string): { scope: Scope; count: number } {
    let counted = this.#counts.get(name);
    if (counted === undefined) {
      counted = { scope: scopeOf(this.name, ...name.split('/')), count: 0 };
      this.#counts.set(name, counted);
    } else {
      counted.count += 1;
    }
    return counted;
  }
}
