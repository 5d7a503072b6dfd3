/**
 * Choices made by name, each counted within its own: of Redis, of the points that nodes name.
 */
import { type Scope, scopeOf } from './draws.ts';

/** A choice's name, and which of its choices it is. */
export interface Choice {
  readonly scope: Scope;
  readonly count: number;
}

export class NamedChoices {
  /**
   * By the names' hashes: those around Redis hold its keys, of which a long run has ever new ones. Two names of one hash would draw the same values
   * anyhow.
   */
  readonly #counts = new Map<number, number>();

  /** The next choice of a name: the narrowest that stays the same when others are left out. */
  next(name: string): Choice {
    const scope = scopeOf(name);
    const count = (this.#counts.get(scope.hash) ?? -1) + 1;
    this.#counts.set(scope.hash, count);
    return { scope, count };
  }
}
