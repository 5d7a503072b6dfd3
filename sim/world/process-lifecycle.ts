/**
 * The lifecycle of a process under the rules of Node: what keeps it alive, which signals and errors
 * it survives, and how it ends.
 *
 * Fault model. A process that runs a main module ends when it has no reference left: no armed timer
 * or immediate, no listening server, no open socket. First `beforeExit` is emitted, and the process
 * lives on if a listener starts something. A signal without a listener kills the process at once,
 * even while its event loop is stalled. With a listener, the signal is an event. An error that no
 * listener takes ends the run as a crash. Code that runs after the end has no effect.
 */
import type { Domain, DomainReports } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  ProcessEndedError,
  type ProcessControl,
  type ProcessExit,
  type ProcessState,
} from '../system/process-state.ts';
import { emitBeforeExit, emitErrorExit, emitIdleExit, exitOf } from '../ambient/process/exit.ts';
import { isRepeatable } from './node-warning.ts';
import { isIgnored, killedBy, signalNumber } from '../ambient/process/signals.ts';
import { emitRejection, emitUncaught } from '../ambient/process/uncaught.ts';

/** Domain of the signals that come from outside the process. */
const SIGNALS: Domain = { name: 'signals', alive: true };

/** Before all other events of the same time. */
const FIRST = -1;

/** Node's exit codes for an uncaught error, and for an error in the listener for these. */
const UNCAUGHT_ERROR = 1;
const ERROR_IN_HANDLER = 7;

/** The process, as its lifecycle sees it. */
interface LivingProcess extends Domain {
  readonly state: ProcessState;
  warned(warning: Error): void;
}

export class ProcessLifecycle implements ProcessControl, DomainReports {
  readonly #kernel: Kernel;
  readonly #process: LivingProcess;
  readonly #onEnd: (exit: ProcessExit, by: 'itself' | 'outside') => void;
  references = 0;
  /** Number of references that were ever taken. */
  #taken = 0;
  #isMain = false;
  #isMainSettled = false;
  #isLooking = false;
  #isInHandler = false;

  /** `onEnd` must end the process. */
  constructor(kernel: Kernel, process: LivingProcess, onEnd: (exit: ProcessExit, by: 'itself' | 'outside') => void) {
    this.#kernel = kernel;
    this.#process = process;
    this.#onEnd = onEnd;
  }

  /** The process runs a main module from now on, and ends when it is idle. */
  beginMain(): void {
    this.#isMain = true;
    this.#lookSoon();
  }

  /** The main module and its imports have been evaluated. */
  mainSettled(): void {
    this.#isMainSettled = true;
  }

  reference(): () => void {
    let isHeld = true;
    this.references += 1;
    this.#taken += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.references -= 1;
      if (this.references === 0) this.#lookSoon();
    };
  }

  end(exit: ProcessExit): never {
    this.#end(exit, 'itself');
    throw new ProcessEndedError();
  }

  signal(name: string): void {
    if (!this.#process.alive) throw new ProcessEndedError();
    if (this.#listensTo(name)) this.#emitSignal(name);
    else if (!isIgnored(name)) this.end(killedBy(name));
  }

  /** Delivers a signal from outside, in a separate event. */
  receive(name: string): void {
    this.#kernel.schedule(0, SIGNALS, () => {
      if (!this.#process.alive) return;
      if (this.#listensTo(name)) this.#emitSignal(name);
      else if (!isIgnored(name)) this.#end(killedBy(name), 'outside');
    });
  }

  /** Takes every error, except those that end the run. */
  uncaught(reason: unknown, why: 'threw' | 'rejected', promise: unknown): boolean {
    // An error in the listener for errors ends the run.
    if (this.#isInHandler) return false;
    this.#isInHandler = true;
    this.#report(reason, why, promise);
    this.#isInHandler = false;
    return true;
  }

  rejectionHandled(promise: unknown): void {
    this.#process.state.object?.emit('rejectionHandled', promise);
  }

  warning(warning: Error): void {
    if (isRepeatable(warning)) this.#process.warned(warning);
    this.#process.state.object?.emit('warning', warning);
  }

  #report(reason: unknown, why: 'threw' | 'rejected', promise: unknown): void {
    const { state } = this.#process;
    try {
      if (why === 'threw' ? emitUncaught(state, reason) : emitRejection(state, reason, promise)) return;
      emitErrorExit(state);
    } catch (error) {
      this.#crash(error, 'threw', { code: ERROR_IN_HANDLER, signal: null });
      return;
    }
    this.#crash(reason, why, exitOf(state, UNCAUGHT_ERROR));
  }

  /** Ends the run. A main module's exit code is recorded. */
  #crash(reason: unknown, why: 'threw' | 'rejected', exit: ProcessExit): void {
    // Has no effect if a listener has ended the process.
    this.#kernel.fail(reason, why);
    if (this.#isMain) this.#end(exit, 'itself');
  }

  #listensTo(name: string): boolean {
    return (this.#process.state.object?.listenerCount(name) ?? 0) > 0;
  }

  #emitSignal(name: string): void {
    this.#kernel.schedule(0, this.#process, () => {
      this.#process.state.object?.emit(name, name, signalNumber(name));
    });
  }

  #end(exit: ProcessExit, by: 'itself' | 'outside'): void {
    if (!this.#process.alive) return;
    this.#onEnd(exit, by);
    if (by === 'itself') this.#kernel.silence();
  }

  /** Looks in a separate event whether the process is idle, because the current one may go on. */
  #lookSoon(): void {
    if (!this.#isMain || this.#isLooking) return;
    this.#isLooking = true;
    this.#kernel.schedule(0, this.#process, () => this.#look());
  }

  #look(): void {
    this.#isLooking = false;
    if (this.references > 0) return;
    const taken = this.#taken;
    // Listeners may continue in microtasks, so the process ends in a later event.
    this.#isLooking = true;
    this.#kernel.schedule(0, this.#process, () => {
      this.#isLooking = false;
      if (this.#taken === taken) this.#endIdle();
      else if (this.references === 0) this.#lookSoon();
    });
    emitBeforeExit(this.#process.state);
  }

  /** Ends the process after the microtasks of the listeners, but before anything else. */
  #endIdle(): void {
    const { state } = this.#process;
    this.#kernel.schedule(0, this.#process, () => this.#end(exitOf(state), 'itself'), FIRST);
    state.isEnding = true;
    emitIdleExit(state, this.#isMainSettled);
  }
}
