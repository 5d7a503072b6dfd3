/**
 * What a life of a node is made from: an image of the system's code that can be evaluated again and again, each time from
 * nothing, against a host that answers for everything ambient (time, randomness, timers, tables).
 */
import type { SimulatedPlace } from './stack-names.ts';
import type { StartSystem, TimerFace, WorkTag } from './faces.ts';

/** Answers for the ambient names of one life. `createShadows` turns it into `Date`, `setTimeout`, `Map` and the rest. */
export interface ShadowHost {
  /** For messages: `node-1`, `client-3`. */
  readonly who: string;
  monotonicMs(): number;
  wallMs(): number;
  startTimer(tag: WorkTag, delayMs: number, fire: () => void): TimerFace;
  /** Uniform in [0, 1), drawn from the seed; `label` names the way it was asked for (`Math.random`, `crypto.randomBytes`). */
  fraction(label: string): number;
  /** Runs after the current callback and before other microtasks' events; a throw in it is the system's crash, not the process's. */
  nextTick(callback: () => void): void;
  /** Called before the guard throws: the system tried to leave the seed by `way` (`fetch`, `node:fs readFile`). */
  escaped(way: string): void;
  /** A structural change of a table under an iteration that has not ended and that can notice it. */
  tableConflict(conflict: TableConflict): void;
  /** True when stacks are wanted: conflicts then carry the names of functions. */
  readonly detailed: boolean;
}

/** A Map or Set was changed while somebody was iterating it. */
export interface TableConflict {
  readonly table: 'Map' | 'Set';
  readonly change: 'add' | 'delete' | 'clear';
  /** Function names, innermost first; empty unless the host is `detailed`. */
  readonly iterating: readonly string[];
  readonly changing: readonly string[];
}

export interface SystemImage {
  /** Evaluates the system's own modules anew and returns its `start`. Packages are evaluated once and bind late. */
  instantiate(host: ShadowHost): StartSystem;
  /** The source file that a place belongs to, such as `node_modules/bindings/bindings.js`; undefined when nobody knows. */
  fileAt?(place: SimulatedPlace): string | undefined;
  /** Hash of everything that decides what the system does, variant applied: 16 hexadecimal digits. */
  readonly codeHash: string;
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
