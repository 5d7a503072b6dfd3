/**
 * The queue of events: a binary heap, ordered by (virtual time, priority, id) and by nothing else.
 */

/**
 * One entry of the queue. It is delivered, or dropped if it was cancelled or its domain has died.
 */
export interface Entry {
  readonly atUs: number;
  readonly priority: number;
  readonly id: number;
  readonly domain: Domain;
  /** Null once cancelled or delivered. */
  deliver: (() => void) | null;
}

/** What Node reports to a process that its code did not handle. */
export interface DomainReports {
  /**
   * An uncaught error, or a rejection that no code handled. Returns true if the domain took it; if
   * not, the run ends as a crash.
   */
  uncaught(reason: unknown, why: 'threw' | 'rejected', promise: unknown): boolean;
  rejectionHandled(promise: unknown): void;
  warning(warning: Error): void;
}

/** Owner of the code that an event runs: a process of a node, an actor, the network, Redis. */
export interface Domain {
  readonly name: string;
  /** The kernel drops events of a domain that is not alive. */
  readonly alive: boolean;
  /**
   * Set while the domain is stalled. Returns true if it keeps the entry, which it must deliver
   * later.
   */
  readonly holds?: ((entry: Entry) => boolean) | null;
  /** Receives what Node would report to a process. Absent for a domain that takes no reports. */
  readonly reports?: DomainReports | null;
}

function before(left: Entry, right: Entry): boolean {
  if (left.atUs !== right.atUs) return left.atUs < right.atUs;
  if (left.priority !== right.priority) return left.priority < right.priority;
  return left.id < right.id;
}

export class EventHeap<E extends Entry = Entry> {
  readonly #entries: E[] = [];

  get size(): number {
    return this.#entries.length;
  }

  peek(): E | undefined {
    return this.#entries[0];
  }

  push(entry: E): void {
    const entries = this.#entries;
    let index = entries.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as E;
      if (!before(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  pop(): E | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return top;
    const size = entries.length;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= size) break;
      let child = entries[childIndex] as E;
      const siblingIndex = childIndex + 1;
      if (siblingIndex < size && before(entries[siblingIndex] as E, child)) {
        childIndex = siblingIndex;
        child = entries[childIndex] as E;
      }
      if (!before(child, last)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
    return top;
  }
}
