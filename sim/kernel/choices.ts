/**
 * Choices made by name. Each name has its own count, so that a choice keeps its key, and with it
 * its value, when choices of other names are left out.
 */
import { type Scope, scopeOf, subscope } from './draws.ts';

/** A choice: its scope, and the number of choices made in that scope before it. */
export interface Choice {
  readonly scope: Scope;
  readonly count: number;
}

/**
 * Counts the choices of one scope. A caller that makes many choices by one name keeps its counter.
 */
export class ChoiceCounter {
  readonly scopeHash: number;
  #next = 0;

  constructor(scopeHash: number) {
    this.scopeHash = scopeHash;
  }

  next(): number {
    const count = this.#next;
    this.#next += 1;
    return count;
  }
}

export class NamedChoices {
  readonly #below: Scope | null;
  /**
   * By hash and not by name, because the names of choices around Redis hold its keys, and a long
   * run has ever new ones. Two names with the same hash draw the same values in any case.
   */
  readonly #counters = new Map<number, ChoiceCounter>();

  /** Names are paths below the given scope; without it they are whole paths. */
  constructor(below: Scope | null = null) {
    this.#below = below;
  }

  /** The next choice of a name. */
  next(name: string): Choice {
    const scope = this.#scope(name);
    return { scope, count: this.#counter(scope.hash).next() };
  }

  /** The counter of a name, which `next` uses for that name too. */
  counter(name: string): ChoiceCounter {
    return this.#counter(this.#scope(name).hash);
  }

  #scope(name: string): Scope {
    return this.#below === null ? scopeOf(name) : subscope(this.#below, name);
  }

  #counter(scopeHash: number): ChoiceCounter {
    let counter = this.#counters.get(scopeHash);
    if (counter === undefined) {
      counter = new ChoiceCounter(scopeHash);
      this.#counters.set(scopeHash, counter);
    }
    return counter;
  }
}
