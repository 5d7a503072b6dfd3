/**
 * The random delays of one connection. The delay of a client's frame is keyed by the client's
 * operation, so it stays the same when an earlier operation is removed. All other delays are
 * counted within their direction.
 */
import { type Draws, type Scope, subscope } from '../kernel/draws.ts';
import { mix } from '../kernel/hash.ts';
import type { Client } from './client.ts';
import type { Completions } from './completions.ts';
import type { Delaying } from './latency.ts';

/** Longest time for which a process is busy with other events. A stalled one is for longer. */
const UNSEEN_US_MAX = 30_000;

type Sender = Pick<Client, 'name' | 'operation'>;

/** Usual maximum time until a sender is notified that the network has taken its frame. */
const TAKEN_US_MAX = 2000;

export class Delays {
  readonly #draws: Draws;
  readonly #latency: Delaying;
  readonly #completions: Completions;
  readonly #client: Sender;
  readonly #up: Scope;
  readonly #down: Scope;
  readonly #taken: Scope;
  readonly #late: Scope;
  #upCount = 0;
  #downCount = 0;
  #takenCount = 0;
  readonly #scope: Scope;

  constructor(
    parts: { readonly draws: Draws; readonly latency: Delaying; readonly completions: Completions },
    client: Sender,
    scope: Scope,
  ) {
    this.#draws = parts.draws;
    this.#latency = parts.latency;
    this.#completions = parts.completions;
    this.#client = client;
    this.#scope = scope;
    this.#up = subscope(scope, 'up');
    this.#down = subscope(scope, 'down');
    this.#taken = subscope(scope, 'taken');
    this.#late = subscope(scope, 'taken-late');
  }

  /**
   * Returns the delay of a client's frame, and the cause by which the node's work on it is keyed.
   */
  payload(): { readonly delayUs: number; readonly cause: number } {
    const { operation } = this.#client;
    if (operation !== null) operation.sent += 1;
    else this.#upCount += 1;
    const [scope, count] = operation === null ? [this.#up, this.#upCount] : [operation.scope, operation.sent];
    return { delayUs: this.#delayUs(scope, count), cause: mix(scope.hash, count) };
  }

  /**
   * Returns the delay of anything else on its way to the node, and of the node noticing a break.
   */
  upUs(): number {
    this.#upCount += 1;
    return this.#delayUs(this.#up, this.#upCount);
  }

  downUs(): number {
    this.#downCount += 1;
    return this.#delayUs(this.#down, this.#downCount);
  }

  takenUs(): number {
    this.#takenCount += 1;
    const usualUs = this.#draws.fraction(this.#taken, this.#takenCount) * TAKEN_US_MAX;
    return usualUs + this.#completions.lateUs(this.#late, this.#takenCount);
  }

  /**
   * Returns how long a process does not see that its connection is reset, because it is busy: in
   * half of the cases not at all, otherwise mostly a few milliseconds. Each connection breaks once.
   */
  unseenUs(): number {
    const fraction = this.#draws.fraction(subscope(this.#scope, 'unseen'), 1);
    return fraction < 0.5 ? 0 : Math.ceil((2 * fraction - 1) ** 2 * UNSEEN_US_MAX);
  }

  #delayUs(scope: Scope, count: number): number {
    return this.#latency.delayUs(this.#draws.fraction(scope, count), this.#client.name);
  }
}
