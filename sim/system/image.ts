/**
 * What a process of a node is made from: an image of the system's code that can be evaluated again and again, each time from
 * nothing, against a host that answers for everything ambient (time, randomness, timers, tables).
 */
import type { Duplex } from 'node:stream';
import type { StartSystem, Timer, WorkTag } from './types.ts';
import type { SimulatedPlace } from './stack-frames.ts';

/** Answers for the ambient names of one process. `createShadows` turns it into `Date`, `setTimeout`, `Map` and the rest. */
export interface AmbientHost {
  /** For messages: `node-1`, `client-3`. */
  readonly who: string;
  /** Whose it all is; what is kept by it ends with it. */
  readonly owner: object;
  monotonicMs(): number;
  wallMs(): number;
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): Timer;
  /** In the next turn of the loop, before any timer that is started with it; in the order of the calls. */
  startImmediate(tag: WorkTag, run: () => void): Timer;
  /** Uniform in [0, 1), drawn from the seed; `label` names the way it was asked for (`Math.random`, `crypto.randomBytes`). */
  fraction(label: string): number;
  /** Runs after the current callback and before other microtasks' events; a throw in it is the system's crash, not the process's. */
  nextTick(callback: () => void): void;
  /** Opens a connection to Redis, as a socket; null when there is none to be opened from here. */
  connectToRedis(): Duplex | null;
  /** Called before the guard throws: the system tried to leave the seed by `way` (`fetch`, `node:fs readFile`). */
  escaped(way: string): void;
  /** A structural change of a table under an iteration that has not ended and that can notice it. */
  tableConflict(conflict: TableConflict): void;
  /** True when somebody looks closely: conflicts then carry the names of functions, and what is printed is kept. */
  readonly detailed: boolean;
  /** What was written to the console. Only to be called when `detailed`. */
  print(text: string): void;
}

/** A Map or Set was changed while somebody was iterating it. */
export interface TableConflict {
  readonly table: 'Map' | 'Set';
  readonly change: 'add' | 'delete' | 'clear';
  /** Function names, innermost first; empty unless the host is `detailed`. */
  readonly iterating: readonly string[];
  readonly changing: readonly string[];
}

/** Evaluates a system's own modules anew and returns its `start`. Packages are evaluated once and bind late. */
export type Instantiate = (host: AmbientHost) => StartSystem;

/** The versions of a system. */
export interface Versions {
  readonly instantiate: Instantiate;
  /** The same for the system's other version, which has packages of its own; absent where the scenario declares none. */
  readonly instantiateOther?: Instantiate | undefined;
}

export interface SystemImage extends Versions {
  /** Of modules that are evaluated once and bound late, as packages are: for a system that keeps no state in its own. Absent where nobody shares. */
  readonly shared?: Versions;
  /** The source file that a place belongs to, such as `node_modules/bindings/bindings.js`; undefined when nobody knows. */
  fileAt?(place: SimulatedPlace): string | undefined;
  /** Hash of everything that decides what the system does, in both versions, variant applied: 16 hexadecimal digits. */
  readonly codeHash: string;
}

/** Which of a scenario's two versions of its system a process runs. */
export type SystemVersion = 'current' | 'other';

/** Another version of a system: from an entry of its own, or from the same one with edits, or both. */
export interface OtherVersion {
  /** The module that exports `start`, relative to the scenario's file; that of the current version when absent. */
  readonly entry?: string | undefined;
  readonly edits?: readonly SourceEdit[] | undefined;
}

/** An edit of a system's source: inside the function `within` of `file`, the one occurrence of `find` becomes `put`. */
export interface SourceEdit {
  /** Relative to the scenario's file. */
  readonly file: string;
  /** A function's, method's or variable-bound function's name; `Class.method` where the bare name is ambiguous. */
  readonly within: string;
  readonly find: string;
  readonly put: string;
}
