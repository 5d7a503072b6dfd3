/**
 * Clients that read slowly.
 *
 * Fault model. A client reads a few hundred bytes per second, in whole frames, in order. On a TCP
 * connection it reads parts: a segment takes it up to eight reads, whatever its size, so that the
 * result does not depend on the length of an HTTP head. Its receive window is small, so the node's
 * operating system soon takes nothing more, and `bufferedAmount` grows at the node. What the client
 * sends is not slowed. When the fault ends, the client reads everything that has piled up. Nothing
 * is lost.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Fault } from '../kernel/fault.ts';
import { NETWORK } from './domain.ts';
import type { Lane } from './lane.ts';
import type { OpenLink } from './open-link.ts';

/** Interval at which the client reads. */
const EVERY_MS = 100;

/** At rate 1. The lower the rate, the faster the client reads. */
const BYTES_PER_SECOND = 100;

const SMALL_WINDOW_BYTES = 4096;

export class SlowReaders {
  readonly #kernel: Kernel;
  /**
   * The fault that slows each lane. A second fault has no effect on a lane that is slowed already.
   */
  readonly #slowedBy = new Map<Lane, Fault>();
  readonly #open = new Set<Fault>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Slows the connections that `linksNow` returns, including later ones. */
  begin(fault: Fault, linksNow: () => readonly OpenLink[], onSlowed: (link: OpenLink) => void): void {
    this.#open.add(fault);
    const read = (): void => {
      if (!this.#open.has(fault)) return;
      for (const link of linksNow()) {
        if (!this.#slowedBy.has(link.down)) {
          onSlowed(link);
          this.#slow(link.down, fault);
        }
        if (this.#slowedBy.get(link.down) === fault)
          link.admit({
            bytes: (BYTES_PER_SECOND / fault.rate) * (EVERY_MS / 1000),
            parts: Math.round(1 / fault.rate),
          });
      }
      this.#kernel.schedule(EVERY_MS * 1000, NETWORK, read);
    };
    read();
  }

  end(fault: Fault): void {
    this.#open.delete(fault);
    for (const [lane, by] of this.#slowedBy) {
      if (by !== fault) continue;
      this.#slowedBy.delete(lane);
      lane.widen();
      lane.unblock();
    }
  }

  #slow(lane: Lane, fault: Fault): void {
    this.#slowedBy.set(lane, fault);
    lane.narrow(SMALL_WINDOW_BYTES);
    lane.block();
  }
}
