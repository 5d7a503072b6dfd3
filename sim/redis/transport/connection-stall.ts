/**
 * Times in which nothing passes between a node and Redis, although both run.
 *
 * Fault model. As over TCP, whatever either end sends during a stall is kept, and arrives in order
 * when the stall is over. Neither end is notified. A new connection is answered only after the
 * stall. Nothing is lost, unless the fault breaks the connections when it ends.
 */
import type { ActiveFaults, Fault } from '../../kernel/fault.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { concerns, type Session } from '../server/session.ts';

interface Arrival {
  readonly session: Session;
  readonly domain: Domain;
  readonly arrive: () => void;
}

/** Priority over other events of the same moment: what was sent first arrives first. */
const FIRST = -1;

export class ConnectionStall {
  readonly #kernel: Kernel;
  readonly #faults: ActiveFaults;
  readonly #hit: (fault: Fault, detail: string) => void;
  #held: Arrival[] = [];

  constructor(context: { kernel: Kernel; faults: ActiveFaults; hit: (fault: Fault, detail: string) => void }) {
    this.#kernel = context.kernel;
    this.#faults = context.faults;
    this.#hit = context.hit;
  }

  /** Keeps an arrival back during a stall; `arrive` is then called after it. */
  holds(session: Session, domain: Domain, arrive: () => void): boolean {
    if (this.#faults.none) return false;
    const fault = this.#stallOf(session);
    if (fault === undefined) return false;
    this.#hit(fault, session.node);
    this.#held.push({ session, domain, arrive });
    return true;
  }

  /** Delivers what was kept for connections that are no longer stalled. */
  release(): void {
    const held = this.#held;
    const isStalled = ({ session }: Arrival): boolean => this.#stallOf(session) !== undefined;
    this.#held = held.filter(isStalled);
    for (const arrival of held)
      if (!isStalled(arrival)) this.#kernel.schedule(0, arrival.domain, arrival.arrive, FIRST);
  }

  #stallOf(session: Session): Fault | undefined {
    return this.#faults.of('redis-stall', session.node).find((fault) => concerns(fault, session));
  }
}
