/**
 * The state behind the simulated `process` of one process. It belongs to the host, because packages
 * are evaluated once and use it in many processes: nothing that they register outlives a process.
 */
import type { EventEmitter } from 'node:events';
import { APP_FOLDER, NODE_PATH } from './program.ts';

/** How a process ended. `code` is what a shell shows: 128 and the signal's number for a signal. */
export interface ProcessExit {
  readonly code: number;
  /** The signal that killed the process, such as `SIGTERM`. */
  readonly signal: string | null;
}

/** Ends and interrupts a process. */
export interface ProcessControl {
  /** Ends the process at once and throws a ProcessEndedError into its code. */
  end(exit: ProcessExit): never;
  /** Delivers a signal as the kernel does: to a listener in a later event, or it kills at once. */
  signal(name: string): void;
  /** Number of timers, servers and sockets that keep the process alive. */
  readonly references: number;
}

/**
 * Thrown into the code of a process that has ended. The code may catch it, but nothing that it does
 * afterwards has an effect.
 */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';

  constructor() {
    super('the process has ended');
  }
}

export type Environment = Readonly<Record<string, string>>;

/** Choices of a seed between environments, by name. */
export interface EnvironmentDraw {
  /** Uniform in [0, 1), and the same for all nodes. Shrinking tries 0. */
  fraction(name: string): number;
}

export class ProcessState {
  /** The object that code finds as `process`. Null until it is used. */
  object: EventEmitter | null = null;
  /** The `console.Console` of a main module. Null until it is used. */
  console: object | null = null;
  /** Null for code that is not in a process of a node, which can't end. */
  control: ProcessControl | null = null;
  env: Record<string, string>;
  argv: string[] = [NODE_PATH, '/system.js'];
  cwd: string = APP_FOLDER;
  umask = 0o022;
  pid = 1;
  /** Monotonic time at which the process started. */
  startedAtMs = 0;
  /** The process runs a main module, as `node server.js` does. */
  isMain = false;
  exitCode: unknown = undefined;
  /** The event `exit` is being emitted, or was. */
  isExiting = false;
  /** The process ends when its microtasks have run. No tick runs before that. */
  isEnding = false;
  onUncaught: ((error: unknown) => void) | null = null;
  /** No process runs: the state is that of a text which is being loaded. */
  isLoading = false;
  /** What a text that outlives processes has assigned to `process` while it was loaded. */
  readonly assigned = new Map<PropertyKey, unknown>();

  constructor(env: Environment = {}) {
    this.env = { ...env };
  }
}
