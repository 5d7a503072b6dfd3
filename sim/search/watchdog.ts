/**
 * Decides which workers are stuck, from outside: a worker runs one synchronous loop and cannot
 * answer messages.
 *
 * A step is stuck when its worker has had CPU time for longer than the limit and has made no
 * progress. Wall time says nothing on a busy machine, where a worker may get a tenth of a core.
 * Node tells the CPU time of the process, not of a thread, so each worker that has a job counts as
 * having had an equal share, and never more than the time that has passed.
 */

/** Loading code may take this many times as long as a step. */
const LOADING_TIMES = 6;

/** A thread that waits without using CPU time is stuck after this many times the limit. */
const WAITING_TIMES = 30;

/** A worker that has a job. */
export interface Watched {
  /** Changes when the worker makes progress. */
  progress(): string;
  /** Whether it still loads the code of its job. */
  isLoading(): boolean;
}

export interface WatchdogOptions {
  /** CPU time after which a step is stuck. */
  readonly stuckMs: number;
  /** Monotonic time. */
  readonly nowMs: () => number;
  /** CPU time that all threads of the process have used. */
  readonly cpuMs: () => number;
}

interface Account {
  progress: string;
  /** CPU time since the last progress. */
  workedMs: number;
  waitingSinceMs: number;
}

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #accounts = new Map<Watched, Account>();
  #lookedAtMs: number;
  #cpuMs: number;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#lookedAtMs = options.nowMs();
    this.#cpuMs = options.cpuMs();
  }

  /** Called when a worker receives a job. */
  begin(worker: Watched): void {
    this.#accounts.set(worker, {
      progress: worker.progress(),
      workedMs: 0,
      waitingSinceMs: this.#options.nowMs(),
    });
  }

  /** Called when a worker no longer has the job. */
  end(worker: Watched): void {
    this.#accounts.delete(worker);
  }

  /** Returns the workers that are stuck. Called again and again. */
  look(): readonly Watched[] {
    const { stuckMs } = this.#options;
    const nowMs = this.#options.nowMs();
    const workedMs = this.#workedMs(nowMs);
    const stuck: Watched[] = [];
    for (const [worker, account] of this.#accounts) {
      const progress = worker.progress();
      if (progress !== account.progress) {
        Object.assign(account, { progress, workedMs: 0, waitingSinceMs: nowMs });
        continue;
      }
      account.workedMs += workedMs;
      const limitMs = worker.isLoading() ? LOADING_TIMES * stuckMs : stuckMs;
      const waitedMs = nowMs - account.waitingSinceMs;
      if (account.workedMs > limitMs || waitedMs > WAITING_TIMES * limitMs) stuck.push(worker);
    }
    return stuck;
  }

  /** CPU time of each worker since the last look. */
  #workedMs(nowMs: number): number {
    const cpuMs = this.#options.cpuMs();
    const passedMs = nowMs - this.#lookedAtMs;
    const usedMs = cpuMs - this.#cpuMs;
    this.#lookedAtMs = nowMs;
    this.#cpuMs = cpuMs;
    return Math.min(passedMs, usedMs / Math.max(1, this.#accounts.size));
  }
}

/** CPU time that all threads of this process have used, in milliseconds. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
