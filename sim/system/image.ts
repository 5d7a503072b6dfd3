/**
 * The image of a system: code that is evaluated for each process of a node, each time from nothing.
 * A host answers for everything ambient (time, randomness, timers, tables).
 */
import type { NameAt, PlacedText } from '../kernel/placed-text.ts';
import type { ProcessState } from './process-state.ts';
import type { StartSystem, Timer, WorkTag } from './types.ts';
import type { TcpStack } from './tcp.ts';

export type OutputStream = 'stdout' | 'stderr';

/**
 * Answers for the ambient names of one process. `createGlobals` makes `Date`, `setTimeout`, `Map`
 * etc. from it.
 */
export interface AmbientHost {
  /** For messages: `node-1`, `client-3`. */
  readonly who: string;
  /** True for code outside the nodes: actors and properties. Absent for processes of nodes. */
  readonly isOutside?: boolean;
  /** Identity of the process. State that is kept by it, such as numbers of timers, ends with it. */
  readonly owner: object;
  /** The state of `process`. */
  readonly state: ProcessState;
  /**
   * The connection of a client whose frame or request led to the code that runs; empty if none did.
   * From the first call on the kernel follows promises: before, code behind an await has none.
   */
  connectionOfStep(): string;
  /** The named function and the file of the code that runs, such as `join in server.ts`. */
  placeOfCaller(): PlacedText | undefined;
  monotonicMs(): number;
  wallMs(): number;
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
  /**
   * Runs in the next turn of the loop, in the order of the calls, before any timer started in the
   * same step.
   */
  startImmediate(tag: WorkTag, run: () => void): Timer;
  /**
   * Keeps the process alive, as a timer, a listening server or an open socket does, until the
   * returned function is called. Further calls of that function do nothing. A main module without
   * references ends.
   */
  reference(): () => void;
  /**
   * Uniform in [0, 1), drawn from the seed. `label` names the function that was called
   * (`Math.random`, `crypto.randomBytes`).
   */
  fraction(label: string): number;
  /**
   * Runs after the current callback and before the microtasks. If it throws, the system crashes,
   * not the simulator.
   */
  nextTick(callback: () => void): void;
  /** Absent for processes of nodes. */
  readonly browser?: BrowserHost | null;
  /** The TCP of the process; null for a host without a network. */
  readonly network: TcpStack | null;
  /**
   * Called before the guard throws. `way` is what the system called (`fetch`, `node:fs readFile`).
   */
  escaped(way: string): void;
  /** Reports a structural change of a table during an iteration that can notice it. */
  tableConflict(conflict: TableConflict): void;
  /** Records a warning that the code of the process, or Node, gives. */
  warned(warning: Error): void;
  /** An AbortSignal was created that can still be aborted. */
  signalCreated(signal: AbortSignal): void;
  /** Number of records of the run so far. */
  readonly recordCount: number;
  /** True in a detailed run: conflicts have the names of functions, and printed text is kept. */
  readonly detailed: boolean;
  /** Takes a text for people, which is not a record. Must be called only if `detailed`. */
  print(text: string): void;
  /** Takes what the process wrote to a stream. */
  output(stream: OutputStream, text: string): void;
}

/** The browser side of an actor's `fetch` and `WebSocket`. */
export interface BrowserHost {
  /** Called with each WebSocket that is made, before it is open. */
  openedWebSocket(socket: object): void;
  /**
   * Why a host has no address to connect to; null if it has one, or if only connecting shows it.
   */
  problemWith(hostName: string): string | null;
}

/** Records from the position `from` up to `until`, which is not part of it. */
export interface RecordRange {
  readonly from: number;
  readonly until: number;
}

export const NO_RECORDS: RecordRange = { from: 0, until: 0 };

/** A change of a Map, Set or array during an iteration of it. */
export interface TableConflict {
  readonly table: 'Map' | 'Set' | 'Array';
  readonly change: 'add' | 'delete' | 'clear';
  /**
   * Function names, innermost first; empty unless the host is `detailed`. It is not known who
   * changed an array.
   */
  readonly iterating: readonly string[];
  readonly changing: readonly string[];
  /** What was recorded when the iteration advanced last; empty unless the host is `detailed`. */
  readonly advanced: RecordRange;
}

/** The system of one process: a function to call, or a main module to run. */
export type LoadedSystem =
  | { readonly kind: 'start'; readonly start: StartSystem }
  | {
      readonly kind: 'main';
      /** Path of the module, as the process sees it. */
      readonly file: string;
      /**
       * Evaluates the module, once. Resolves when its top-level code has ended, and rejects with
       * what that code threw.
       */
      readonly run: () => Promise<void>;
    };

/**
 * Loads a system's own modules from nothing: evaluates them for `start`, or prepares a main module.
 * Packages are evaluated once and find the host at each use.
 */
export type Instantiate = (host: AmbientHost) => LoadedSystem;

/** The versions of a system. */
export interface Versions {
  readonly instantiate: Instantiate;
  /**
   * For the system's other version, which has separate packages. Absent if the scenario declares
   * none.
   */
  readonly instantiateOther?: Instantiate | undefined;
}

export interface SystemImage extends Versions {
  /**
   * For a system whose modules keep no state: they are evaluated once, as packages are. Absent for
   * an image without shared modules.
   */
  readonly shared?: Versions | undefined;
  /** The source file of a place. */
  readonly fileAt?: NameAt;
  /**
   * A name for a function without one, such as `function 2 of start`; undefined if it is not known.
   */
  readonly functionAt?: NameAt;
  /** The libraries behind connections of actors, evaluated under simulation. */
  readonly clientLibraries?: unknown;
  /** Hash of the code of both versions with the variant applied: 16 hexadecimal digits. */
  readonly codeHash: string;
  /** The run is over. */
  release?(): void;
}

/** Which of a scenario's two versions of its system a process runs. */
export type SystemVersion = 'current' | 'other';

/** Another version of a system: another entry, edits of the sources, or both. */
export interface OtherVersion {
  /** The entry, relative to the scenario's file. By default that of the current version. */
  readonly entry?: string | undefined;
  readonly edits?: readonly SourceEdit[] | undefined;
}

/**
 * An edit of a source: in `file`, or in its function `within`, the only occurrence of `find`
 * becomes `put`.
 */
export interface SourceEdit {
  /** Relative to the scenario's file. */
  readonly file: string;
  /**
   * Name of a function, a method or a variable that holds a function; `Class.method` if the name is
   * ambiguous. Not needed if the text occurs once in the file.
   */
  readonly within?: string | undefined;
  readonly find: string;
  readonly put: string;
}
