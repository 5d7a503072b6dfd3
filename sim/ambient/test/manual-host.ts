/** A host whose clock and random values a test controls, and which records calls. */
import { placed, type PlacedText } from '../../kernel/placed-text.ts';
import type { Timer, WorkTag } from '../../system/types.ts';
import type { AmbientHost, OutputStream, TableConflict } from '../../system/image.ts';
import { ProcessState } from '../../system/process-state.ts';
import type { TcpStack } from '../../system/tcp.ts';

interface Waiting extends WorkTag {
  readonly dueMs: number;
  readonly fire: () => void;
}

export class ManualHost implements AmbientHost {
  readonly who: string;
  owner: object = this;
  state = new ProcessState();
  recordCount = 0;
  detailed = false;
  references = 0;
  readonly written: string[] = [];
  nowMs = 1000;
  /** Wall time less monotonic time. */
  skewMs = 5_000_000;
  waiting: Waiting[] = [];
  readonly ticks: (() => void)[] = [];
  readonly escapes: string[] = [];
  readonly conflicts: TableConflict[] = [];
  readonly drawnLabels: string[] = [];
  readonly printed: string[] = [];
  readonly warnings: Error[] = [];
  readonly signals: AbortSignal[] = [];
  #draws = 0;

  constructor(who = 'node-1') {
    this.who = who;
  }

  connectionOfStep(): string {
    return '';
  }

  placeOfCaller(): PlacedText {
    return placed`caller in system.ts`;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs + this.skewMs;
  }

  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer {
    const timer: Waiting = { ...tag, dueMs: this.nowMs + delayMs, fire };
    this.waiting.push(timer);
    return { cancel: () => void (this.waiting = this.waiting.filter((other) => other !== timer)) };
  }

  startImmediate(tag: WorkTag, run: () => void): Timer {
    return this.startTimer(tag, 0, run);
  }

  reference(): () => void {
    this.references += 1;
    return () => void (this.references -= 1);
  }

  fraction(label: string): number {
    this.drawnLabels.push(label);
    this.#draws += 1;
    return (this.#draws * 0.618_033_988_749) % 1;
  }

  nextTick(callback: () => void): void {
    this.ticks.push(callback);
  }

  network: TcpStack | null = null;

  escaped(way: string): void {
    this.escapes.push(way);
  }

  warned(warning: Error): void {
    this.warnings.push(warning);
  }

  signalCreated(signal: AbortSignal): void {
    this.signals.push(signal);
  }

  print(text: string): void {
    this.printed.push(text);
  }

  output(stream: OutputStream, text: string): void {
    this.written.push(`${stream} ${text}`);
  }

  tableConflict(conflict: TableConflict): void {
    this.conflicts.push(conflict);
  }

  /** Advances time by `byMs`: fires due timers in order, and lets promises settle after each. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.nowMs + byMs;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.waiting = this.waiting.filter((other) => other !== next);
      this.nowMs = next.dueMs;
      next.fire();
      await settled();
    }
    this.nowMs = untilMs;
  }

  runTicks(): void {
    for (const tick of this.ticks.splice(0)) tick();
  }

  #next(untilMs: number): Waiting | undefined {
    return this.waiting.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Resolves after all pending microtasks. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
