/** A value of a system that a step changed. */
export interface StateChange {
  readonly step: number;
  /** Such as `node-1/Registry.1.#members["7"].role`. */
  readonly path: string;
  /** Null if there was no such value. */
  readonly before: string | null;
  /** Null if there is no such value. */
  readonly after: string | null;
}
