/**
 * One process of a node: it starts from nothing, and reaches the outside only through its `SimNode`
 * and the simulated globals.
 *
 * Fault model. A process may die between any two steps. Then its promises never settle, no
 * `finally` block runs, and its timers and sockets are gone. Its timers are mostly prompt and
 * rarely late. No timer is lost, fires early or overtakes another. Further faults of a process are
 * in node-stall.ts, conditions.ts and deployment.ts.
 */
import { type Draws, type Scope, scopeOf, subscope } from '../kernel/draws.ts';
import { hashText, mix } from '../kernel/hash.ts';
import type { DomainReports, Entry } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Conditions } from './conditions.ts';
import type { Timer, WorkTag } from '../system/types.ts';
import { fileAs, type NameAt, placed, type PlacedText, type SimulatedPlace } from '../kernel/placed-text.ts';
import type { Fields } from '../kernel/record.ts';
import type { AmbientHost, BrowserHost, OutputStream, SystemVersion, TableConflict } from '../system/image.ts';
import { type Environment, ProcessState } from '../system/process-state.ts';
import { fieldsOfWarning } from './node-warning.ts';
import { OutputLines } from './output-lines.ts';
import { ProcessChoices } from './process-choices.ts';
import type { ProcessLifecycle } from './process-lifecycle.ts';
import type { TcpStack } from '../system/tcp.ts';
import { ProcessTimer, type OpenTimer } from './process-timer.ts';
import { EscapeError, escapedFrom } from '../ambient/guard.ts';
import { printedValue } from '../ambient/printed-value.ts';
import { EPOCH_MS } from '../ambient/library-globals.ts';
import type { Host, Listener } from '../network/host.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { WatchedEmitters } from './watched-emitters.ts';
import { simulatedCaller, simulatedPlace } from '../system/stack-frames.ts';
import { TimerQueue } from './timer-queue.ts';

/**
 * In each window of this length the event loop is late with probability 1 %, by at most the same
 * length.
 */
const LATENESS_MS_MAX = 30;

/** While a fault makes timers late, their lateness is drawn anew for each window of this length. */
const LOAD_MS = 100;

export interface NodeProcessParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly detailed: boolean;
  readonly conditions: Conditions;
  readonly fileAt?: NameAt | undefined;
  /** Called when the process called something that is not simulated. */
  readonly onEscape: (who: string, way: string, place: SimulatedPlace | null) => void;
}

function nothing(): void {}

export class NodeProcess implements AmbientHost, Host {
  readonly name: string;
  readonly nodeName: string;
  readonly number: number;
  readonly version: SystemVersion;
  readonly timers = new Set<OpenTimer>();
  /** The entries of `timers` in the kernel's queue. */
  readonly timerEntries = new Set<Entry>();
  /** Set while the event loop is stalled. */
  holds: ((entry: Entry) => boolean) | null = null;
  readonly #parts: NodeProcessParts;
  readonly #timers = new TimerQueue(() => this.#continueSoon(this.#timers));
  /** Separate, because Node runs immediates in another phase, which a late timer does not delay. */
  readonly #immediates = new TimerQueue(() => this.#continueSoon(this.#immediates));
  /** Choices of the event loop, keyed by time and not by timer: the loop is late, never a timer. */
  readonly #loop: Scope;
  readonly #load: Scope;
  readonly #choices: ProcessChoices;
  listener: Listener | null = null;
  network: TcpStack | null = null;
  browser: BrowserHost | null = null;
  alive = true;
  readonly state: ProcessState;
  readonly emitters: WatchedEmitters;
  /** Null for code outside the nodes, which is in no process that could end. */
  lifecycle: ProcessLifecycle | null = null;
  /** Called when a server of the process begins to listen. */
  onListening: () => void = nothing;
  hasListened = false;
  #lines: OutputLines | null = null;

  constructor(
    parts: NodeProcessParts,
    nodeName: string,
    number: number,
    { version = 'current', env = {} }: { readonly version?: SystemVersion; readonly env?: Environment } = {},
  ) {
    this.#parts = parts;
    this.nodeName = nodeName;
    this.number = number;
    this.version = version;
    this.state = new ProcessState(env);
    this.emitters = new WatchedEmitters(this.state);
    this.name = `${nodeName}.${number}`;
    const scope = scopeOf(this.name);
    this.#choices = new ProcessChoices(scope);
    this.#loop = subscope(scope, 'loop');
    this.#load = subscope(scope, 'load');
  }

  get reports(): DomainReports | null {
    return this.lifecycle;
  }

  get owner(): this {
    return this;
  }

  get who(): string {
    return this.nodeName;
  }

  get isOutside(): boolean {
    return this.number === 0;
  }

  get recordCount(): number {
    return this.#parts.recorder.count;
  }

  get detailed(): boolean {
    return this.#parts.detailed;
  }

  connectionOfStep(): string {
    if (this.lifecycle === null) return '';
    const { kernel } = this.#parts;
    kernel.followPromises();
    return kernel.connection;
  }

  placeOfCaller(): PlacedText | undefined {
    const caller = simulatedCaller();
    if (caller === null) return undefined;
    const { name, place } = caller;
    const file = fileAs(this.#parts.fileAt?.(place) ?? place.text, place);
    return name === null ? file : placed`${name} in ${file}`;
  }

  monotonicMs(): number {
    return this.#parts.kernel.nowMs;
  }

  wallMs(): number {
    const { kernel, conditions } = this.#parts;
    return EPOCH_MS + Math.floor(kernel.nowMs) + conditions.wallOffsetMs(this.nodeName);
  }

  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer {
    const { kernel, draws } = this.#parts;
    const waitMs = Math.max(0, delayMs || 0);
    const loop = draws.fraction(this.#loop, Math.floor((kernel.nowMs + waitMs) / LATENESS_MS_MAX));
    const lateMs = loop < 0.99 ? loop * 0.2 : (loop - 0.99) * 100 * LATENESS_MS_MAX;
    return this.#start(this.#timers, tag, waitMs, lateMs, fire);
  }

  startImmediate(tag: WorkTag, run: () => void): Timer {
    return this.#start(this.#immediates, tag, 0, 0, run);
  }

  reference(): () => void {
    return this.state.isMain && this.lifecycle !== null ? this.lifecycle.reference() : nothing;
  }

  /** Milliseconds by which a timer that was due at `dueUs` fires later than usual. */
  overloadMs(queue: TimerQueue, dueUs: number): number {
    if (queue === this.#immediates) return 0;
    return this.#parts.conditions.timerLateMs(this.nodeName, this.#load, Math.floor(dueUs / 1000 / LOAD_MS));
  }

  /** Resolves at once, in a new event, unless a fault delays it or makes it reject. */
  failpoint(name: string): Promise<void> {
    const { kernel, conditions } = this.#parts;
    const { delayMs, fails } = conditions.failpoint(this.nodeName, name);
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
      const counter = this.#choices.ofDraw(label);
      return draws.fractionOf(counter.scopeHash, counter.next());
    }
    // Keyed by its cause, so that it does not depend on the number of choices before it.
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
    if (name.startsWith('sim.')) throw new Error(`probe names that begin with sim. are reserved: ${name}`);
    this.#parts.recorder.probe(this.nodeName, this.number, name, fields);
  }

  nextTick(callback: () => void): void {
    this.#parts.kernel.nextTick(() => {
      if (this.alive && !this.state.isEnding) callback();
    });
  }

  escaped(way: string): void {
    if (this.#parts.kernel.isSilent) return;
    this.#parts.recorder.probe(this.nodeName, this.number, 'sim.escape', { way });
    this.#parts.onEscape(this.nodeName, way, simulatedPlace());
  }

  refuse(way: string): never {
    this.escaped(way);
    throw new EscapeError(this.nodeName, way, escapedFrom(this));
  }

  print(text: string): void {
    this.#parts.recorder.print(this.nodeName, text);
  }

  /** Lines of a main module are records. Those of other systems are only printed. */
  output(stream: OutputStream, text: string): void {
    if (this.state.isMain) {
      this.#lines ??= new OutputLines(
        (name, line) => this.#parts.recorder.output(this, name, line),
        (frame) => this.print(frame),
      );
      this.#lines.write(stream, text);
    } else if (this.detailed) {
      this.print(text.replace(/\n$/, ''));
    }
  }

  /** Records the line that the process had begun when it ended. */
  flushOutput(): void {
    this.#lines?.flush();
  }

  tableConflict(conflict: TableConflict): void {
    this.#parts.recorder.tableConflict(this, conflict, this.detailed);
  }

  /** Code outside the nodes is not part of a system: its warnings are only printed. */
  warned(warning: Error): void {
    this.emitters.addWarned(warning);
    const text = String(printedValue(warning.message));
    if (this.lifecycle === null) this.print(`warning: ${text}`);
    else this.#parts.recorder.warning(this, fieldsOfWarning(warning), text);
  }

  signalCreated(signal: AbortSignal): void {
    if (this.lifecycle !== null) this.emitters.signals.created(signal, this.#parts.kernel);
  }

  #start(queue: TimerQueue, tag: WorkTag, delayMs: number, lateMs: number, fire: () => void): Timer {
    const counter = this.#choices.ofTimer(tag);
    const cause = mix(counter.scopeHash, counter.next());
    const timer = new ProcessTimer(this, this.#parts, queue, tag, { delayMs, cause, fire });
    timer.start(delayMs + lateMs);
    return timer;
  }

  #continueSoon(queue: TimerQueue): void {
    const entry = this.#parts.kernel.schedule(0, this, () => {
      this.timerEntries.delete(entry);
      queue.fireNext();
    });
    this.timerEntries.add(entry);
  }
}
