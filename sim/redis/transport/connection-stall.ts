/**
 * Times in which nothing passes between a node and Redis, although both are there.
 *
 * Fault model. As TCP has it: what is sent meanwhile, either way, is kept and arrives in order when the silence is over. Nobody is
 * told. A new connection is answered no sooner. Nothing is lost, unless the connection is given up, which is for the fault to say.
 */
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Fault, ActiveFaults } from '../../kernel/fault.ts';
import type { Session } from '../server/session.ts';

interface Held {
  readonly node: string;
  readonly domain: Domain;
  readonly arrive: () => void;
}

/** Before whatever else of the same moment: what was sent first arrives first. */
const FIRST = -1;

export class ConnectionStall {
  readonly #kernel: Kernel;
  readonly #faults: ActiveFaults;
  readonly #hit: (fault: Fault, detail: string) => void;
  #held: Held[] = [];

  constructor(parts: { kernel: Kernel; faults: ActiveFaults; hit: (fault: Fault, detail: string) => void }) {
    this.#kernel = parts.kernel;
    this.#faults = parts.faults;
    this.#hit = parts.hit;
  }

  /** Whether an arrival is kept back; `arrive` is then called when the silence is over. */
  holds({ node }: Pick<Session, 'node'>, domain: Domain, arrive: () => void): boolean {
    if (this.#faults.none) return false;
    const [fault] = this.#faults.of('redis-stall', node);
    if (fault === undefined) return false;
    this.#hit(fault, node);
    this.#held.push({ node, domain, arrive });
    return true;
  }

  release(): void {
    const held = this.#held;
    this.#held = held.filter(({ node }) => this.#faults.of('redis-stall', node).length > 0);
    for (const one of held) {
      if (!this.#held.includes(one)) this.#kernel.schedule(0, one.domain, one.arrive, FIRST);
    }
  }
}
