/**
 * The choices made around Redis, each counted within its own name.
 */
import { type Scope, scopeOf } from '../../kernel/draws.ts';

/** A choice's name, and which of its choices it is. */
export interface Choice {
  readonly scope: Scope;
  readonly count: number;
}

export class Choices {
  readonly #last = new Map<string, Choice>();

  /** The next choice of a name: the narrowest that stays the same when others are left out. */
  next(name: string): Choice {
    const known = this.#last.get(name);
    const choice =
      known === undefined ? { scope: scopeOf(name), count: 0 } : { scope: known.scope, count: known.count + 1 };
    this.#last.set(name, choice);
    return choice;
  }
}
