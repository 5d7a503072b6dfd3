/**
 * Faults of attempts to connect to a port.
 *
 * Fault model. While connections that are open work as before:
 * - `connect-refused`: an attempt is refused (ECONNREFUSED), as by a firewall that rejects, or by
 *   the address of a service that has no server behind it at that time.
 * - `connect-unanswered`: an attempt gets no answer, as behind a firewall that drops it, or when
 *   the queue of the port is full of other connections. The operating system of the dialler tries
 *   again after 1 s, as long as nothing answers, and gives up after 131 s (ETIMEDOUT). The
 *   application may give up earlier. A queue that its process does not empty has the same effect
 *   without a fault.
 * - `late-listen`: the process has started again, and its port does not listen yet.
 * These faults never hit an attempt within one machine.
 */
import { type Draws, type Scope, subscope } from '../../kernel/draws.ts';
import type { ActiveFaults, Fault } from '../../kernel/fault.ts';

/**
 * Waits until the next attempts, as in Linux since version 6.5: linear at first, then twice as long
 * each (tcp_syn_linear_timeouts, tcp_syn_retries).
 */
const RETRY_AFTER_MS = [1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16_000, 32_000] as const;
const GIVE_UP_AFTER_MS = 64_000;

/** The wait after an attempt that was not answered, `number` counted from 0. */
export function afterUnanswered(number: number): { readonly waitMs: number; readonly isLast: boolean } {
  const waitMs = RETRY_AFTER_MS[number];
  return waitMs === undefined ? { waitMs: GIVE_UP_AFTER_MS, isLast: true } : { waitMs, isLast: false };
}

export interface Attempt {
  /** Name of the connection, and the scope of its choices. */
  readonly name: string;
  readonly scope: Scope;
  readonly node: string;
  /** Counted from 0 for each connection. */
  readonly number: number;
}

export class ConnectFaults {
  readonly #draws: Draws;
  readonly #faults: ActiveFaults;
  readonly #hit: (fault: Fault, detail: string) => void;

  constructor(parts: { draws: Draws; faults: ActiveFaults; hit: (fault: Fault, detail: string) => void }) {
    this.#draws = parts.draws;
    this.#faults = parts.faults;
    this.#hit = parts.hit;
  }

  fateOf(attempt: Attempt): 'arrives' | 'refused' | 'unanswered' {
    if (this.#faults.none) return 'arrives';
    const [starting] = this.#faults.of('late-listen', attempt.node);
    if (starting !== undefined) {
      this.#hit(starting, attempt.name);
      return 'refused';
    }
    if (this.#strikes('connect-refused', attempt)) return 'refused';
    return this.#strikes('connect-unanswered', attempt) ? 'unanswered' : 'arrives';
  }

  #strikes(kind: string, { name, scope, node, number }: Attempt): boolean {
    for (const fault of this.#faults.of(kind, node)) {
      if (this.#draws.fraction(subscope(scope, kind), number) >= fault.rate) continue;
      this.#hit(fault, name);
      return true;
    }
    return false;
  }
}
