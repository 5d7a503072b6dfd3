import type { Probe, WorkTag } from './ports.ts';

export interface Task {
  readonly tag: WorkTag;
  /** Aborts the task's signal. Idempotent. */
  cancel(): void;
  /** Resolves when the task has ended, also with an error. Never rejects. */
  readonly ended: Promise<void>;
}

export interface TaskOptions {
  /** The task ends within this time. Without it, the task may run as long as its owner exists. */
  readonly endsWithinMs?: number;
}

/** Owns every task of the gateway, so that all background work can be cancelled. */
export class Supervisor {
  readonly #probe: Probe;
  readonly #failed: (tag: WorkTag, error: unknown) => void;
  readonly #tasks = new Set<Task>();
  #started = 0;
  #stopping = false;

  /** @param failed called when a task ended with an error; must not throw */
  constructor(probe: Probe, failed: (tag: WorkTag, error: unknown) => void) {
    this.#probe = probe;
    this.#failed = failed;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** True from `shutdown` on: no new task may start. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /**
   * Starts `run` at once. It must end soon after its signal aborts. Throws if the supervisor is
   * stopping.
   */
  spawn(tag: WorkTag, run: (signal: AbortSignal) => Promise<void>, options: TaskOptions = {}): Task {
    if (this.#stopping) throw new Error(`task ${tag.label} started after shutdown`);
    this.#started += 1;
    const id = `task-${String(this.#started)}`;
    const controller = new AbortController();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const task: Task = {
      tag,
      cancel: () => {
        // With a reason, the platform need not create an exception with a stack.
        controller.abort('cancelled');
      },
      ended,
    };
    this.#tasks.add(task);
    this.#probe.note('task.started', { task: id, label: tag.label, owner: tag.owner, ...options });
    void this.#drive(tag, run, controller.signal).then(() => {
      this.#tasks.delete(task);
      this.#probe.note('task.ended', { task: id });
      end();
    });
    return task;
  }

  /** Cancels all tasks and resolves when the last has ended. Idempotent. */
  async shutdown(): Promise<void> {
    this.#stopping = true;
    const tasks = [...this.#tasks];
    for (const task of tasks) task.cancel();
    await Promise.all(tasks.map((task) => task.ended));
  }

  async #drive(tag: WorkTag, run: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await run(signal);
    } catch (error) {
      this.#failed(tag, error);
    }
  }
}
