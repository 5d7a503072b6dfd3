/**
 * Counts the choices of a process by what they are for: values that its code draws, by label, and
 * times of its timers, by label and owner. Joining the names of each choice would cost more.
 */
import { type ChoiceCounter, NamedChoices } from '../kernel/choices.ts';
import type { Scope } from '../kernel/draws.ts';
import type { WorkTag } from '../system/types.ts';

export class ProcessChoices {
  readonly #choices: NamedChoices;
  /** Of the last label only: labels may hold keys, and a long run has ever new ones. */
  #drawn: { readonly label: string; readonly counter: ChoiceCounter } | null = null;
  readonly #timers = new Map<string, Map<string, ChoiceCounter>>();

  constructor(scope: Scope) {
    this.#choices = new NamedChoices(scope);
  }

  ofDraw(label: string): ChoiceCounter {
    if (this.#drawn?.label !== label) this.#drawn = { label, counter: this.#choices.counter(`draw/${label}`) };
    return this.#drawn.counter;
  }

  ofTimer({ label, owner }: WorkTag): ChoiceCounter {
    let owners = this.#timers.get(label);
    if (owners === undefined) {
      owners = new Map();
      this.#timers.set(label, owners);
    }
    let counter = owners.get(owner);
    if (counter === undefined) {
      counter = this.#choices.counter(`timer/${label}/${owner}`);
      owners.set(owner, counter);
    }
    return counter;
  }
}
