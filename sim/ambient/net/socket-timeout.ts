/**
 * `socket.setTimeout` in virtual time. Node's own keeps a list of real timers.
 *
 * Activity moves a deadline, and does not restart a timer: a busy socket has one event per timeout
 * and not one per read.
 */
import type { Socket } from 'node:net';
import type { TcpStack } from '../../system/tcp.ts';
import { defineMembers } from './derived-class.ts';

/** Node's largest delay of a timer. It shortens longer ones to this, and warns. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export class SocketTimeout {
  readonly #stack: TcpStack;
  readonly #nowMs: () => number;
  readonly #onTimeout: () => void;
  #delayMs = 0;
  #deadlineMs = 0;
  #waiting: { cancel(): void } | null = null;

  constructor(stack: TcpStack, nowMs: () => number, onTimeout: () => void) {
    this.#stack = stack;
    this.#nowMs = nowMs;
    this.#onTimeout = onTimeout;
  }

  start(delayMs: number): void {
    this.clear();
    this.#delayMs = delayMs;
    this.refresh();
    this.#wait(delayMs);
  }

  refresh(): void {
    if (this.#delayMs === 0) return;
    this.#deadlineMs = this.#nowMs() + this.#delayMs;
    if (this.#waiting === null) this.#wait(this.#delayMs);
  }

  clear(): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    this.#delayMs = 0;
  }

  #wait(delayMs: number): void {
    this.#waiting?.cancel();
    this.#waiting = this.#stack.schedule(delayMs, () => {
      this.#waiting = null;
      const restMs = this.#deadlineMs - this.#nowMs();
      if (restMs > 0) this.#wait(restMs);
      else this.#onTimeout();
    });
  }
}

const TIMEOUT = Symbol('simulated timeout');

interface TimedSocket extends Omit<Socket, 'timeout'> {
  [TIMEOUT]?: SocketTimeout;
  timeout?: number;
  _onTimeout(): void;
  _destroy(error: Error | null, done: (error: Error | null) => void): void;
}

type Destroy = TimedSocket['_destroy'];

/** Replaces the members of a socket's prototype that keep its timeout. */
export function withVirtualTimeouts(prototype: object, stack: () => TcpStack, nowMs: () => number): void {
  const destroy = (prototype as TimedSocket)._destroy as Destroy;
  const nodes = (prototype as TimedSocket).setTimeout as (
    this: TimedSocket,
    delayMs: number,
    callback?: () => void,
  ) => unknown;
  const members: Partial<Record<string, (this: TimedSocket, ...parameters: never[]) => unknown>> = {
    setTimeout(delayMs: unknown, callback?: () => void) {
      if (this.destroyed) return this;
      // Node throws its own errors, and starts no timer.
      if (!isDelay(delayMs)) return nodes.call(this, delayMs as number, callback);
      this.timeout = delayMs;
      this[TIMEOUT]?.clear();
      if (callback !== undefined && typeof callback !== 'function') return nodes.call(this, 0, callback);
      const validMs = Math.min(delayMs, DELAY_MS_MAX);
      if (validMs === 0) {
        if (callback !== undefined) this.removeListener('timeout', callback);
        return this;
      }
      this[TIMEOUT] ??= new SocketTimeout(stack(), nowMs, () => this._onTimeout());
      this[TIMEOUT].start(validMs);
      if (callback !== undefined) this.once('timeout', callback);
      return this;
    },
    _unrefTimer() {
      this[TIMEOUT]?.refresh();
    },
    _destroy(error: Error | null, done: (error: Error | null) => void) {
      this[TIMEOUT]?.clear();
      destroy.call(this, error, done);
    },
  };
  defineMembers(prototype, members);
}

function isDelay(delayMs: unknown): delayMs is number {
  return typeof delayMs === 'number' && delayMs >= 0 && Number.isFinite(delayMs);
}
