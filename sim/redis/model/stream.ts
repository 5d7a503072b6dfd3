/** A stream: entries ordered by identifier, and the consumer groups that share them. */
export interface StreamId {
  readonly ms: number;
  readonly sequence: number;
}

export interface StreamEntry {
  readonly id: StreamId;
  /** Fields and values, alternating. */
  readonly fields: readonly string[];
}

export interface Pending {
  readonly id: StreamId;
  consumer: string;
  deliveredAtMs: number;
  deliveries: number;
}

export interface Group {
  lastDelivered: StreamId;
  /** Wall time at which each consumer was last active. */
  readonly consumers: Map<string, number>;
  /** By formatted identifier. */
  readonly pending: Map<string, Pending>;
}

export const ZERO: StreamId = { ms: 0, sequence: 0 };
export const GREATEST: StreamId = { ms: Number.MAX_SAFE_INTEGER, sequence: Number.MAX_SAFE_INTEGER };

export function compareIds(one: StreamId, other: StreamId): number {
  return one.ms - other.ms || one.sequence - other.sequence;
}

export function formatId({ ms, sequence }: StreamId): string {
  return `${ms}-${sequence}`;
}

export class Stream {
  entries: StreamEntry[] = [];
  lastId: StreamId = ZERO;
  maxDeletedId: StreamId = ZERO;
  added = 0;
  readonly groups = new Map<string, Group>();

  /** Returns entries from one identifier to another, both inclusive. */
  range(from: StreamId, to: StreamId, count = Infinity): readonly StreamEntry[] {
    const start = this.#firstAtLeast(from);
    const found: StreamEntry[] = [];
    for (let index = start; index < this.entries.length && found.length < count; index += 1) {
      const entry = this.entries[index] as StreamEntry;
      if (compareIds(entry.id, to) > 0) break;
      found.push(entry);
    }
    return found;
  }

  after(id: StreamId, count = Infinity): readonly StreamEntry[] {
    return this.range({ ms: id.ms, sequence: id.sequence + 1 }, GREATEST, count);
  }

  find(id: StreamId): StreamEntry | undefined {
    return this.range(id, id, 1)[0];
  }

  append(entry: StreamEntry): void {
    this.entries.push(entry);
    this.lastId = entry.id;
    this.added += 1;
  }

  delete(id: StreamId): boolean {
    const index = this.#firstAtLeast(id);
    const entry = this.entries[index];
    if (entry === undefined || compareIds(entry.id, id) !== 0) return false;
    this.entries.splice(index, 1);
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id;
    return true;
  }

  /** Removes the oldest entries, down to a length or up to an identifier. Returns their number. */
  trim(to: { readonly length: number } | { readonly from: StreamId }): number {
    const count = 'length' in to ? Math.max(0, this.entries.length - to.length) : this.#firstAtLeast(to.from);
    this.entries.splice(0, count);
    return count;
  }

  copy(): Stream {
    const copy = new Stream();
    copy.entries = [...this.entries];
    copy.lastId = this.lastId;
    copy.maxDeletedId = this.maxDeletedId;
    copy.added = this.added;
    for (const [name, { lastDelivered, consumers, pending }] of this.groups) {
      const copied = new Map([...pending].map(([id, one]) => [id, { ...one }]));
      copy.groups.set(name, { lastDelivered, consumers: new Map(consumers), pending: copied });
    }
    return copy;
  }

  #firstAtLeast(id: StreamId): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds((this.entries[middle] as StreamEntry).id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
