/**
 * The code that records come from. Records have no places, so that they stay the same when code
 * moves. Places are kept beside them, by detailed runs only.
 */
import type { PlacedText, SimulatedPlace } from './placed-text.ts';

/** A place in the code that a record names. */
export interface PlaceOfRecord {
  /** Number of records before it. */
  readonly record: number;
  readonly place: PlacedText;
}

/** A function on the stack. */
export interface CodeFrame {
  /** `Streams.settle`; empty for a function without a name. */
  readonly name: string;
  readonly place: SimulatedPlace;
}

/** The functions that wrote a record, innermost first. */
export interface PathOfRecord {
  /** Number of records before it. */
  readonly record: number;
  readonly frames: readonly CodeFrame[];
}

/** What a command said or was answered. */
export interface TextOfRecord {
  /** Number of records before it. */
  readonly record: number;
  readonly text: string;
}

/** The functions on the stack, innermost first; none if the simulator itself is at work. */
export type PathOfCaller = () => readonly CodeFrame[];

/** Number of functions to keep of a path, the innermost ones. */
const FRAMES_MAX = 16;

export class RecordCode {
  readonly places: PlaceOfRecord[] = [];
  readonly paths: PathOfRecord[] = [];
  readonly #pathOfCaller: PathOfCaller | undefined;
  /** By name and place: a run has many paths, and few frames. */
  readonly #frames = new Map<string, CodeFrame>();

  constructor(pathOfCaller: PathOfCaller | undefined) {
    this.#pathOfCaller = pathOfCaller;
  }

  /** Keeps what wrote the record before which there are `record` others. */
  wrote(record: number): void {
    const frames = this.#pathOfCaller?.() ?? [];
    if (frames.length > 0) this.paths.push({ record, frames: frames.slice(0, FRAMES_MAX).map(this.#same) });
  }

  readonly #same = (frame: CodeFrame): CodeFrame => {
    const { name, place } = frame;
    const key = `${place.text}:${place.line}:${place.column} ${name}`;
    const known = this.#frames.get(key) ?? frame;
    this.#frames.set(key, known);
    return known;
  };
}
