/** A stream: entries ordered by identifier, and the consumer groups that share them. */
import { type NodeLimits, nodeFor, type StreamNode } from './stream-nodes.ts';
import { compareIds, GREATEST, idAfter, type StreamId, ZERO } from './stream-id.ts';
import { plus, type Wide } from '../numbers/wide.ts';

export interface StreamEntry {
  readonly id: StreamId;
  /** Fields and values, alternating. */
  readonly fields: readonly string[];
  /** Shared with the entries that Redis stores in the same block. */
  readonly node: StreamNode;
}

export interface Pending {
  readonly id: StreamId;
  consumer: string;
  deliveredAtMs: number;
  deliveries: Wide;
}

export interface Group {
  lastDelivered: StreamId;
  /** Number of entries up to `lastDelivered`, deleted ones included; null when unknown. */
  entriesRead: Wide | null;
  /** Wall time at which each consumer was last active. */
  readonly consumers: Map<string, number>;
  /** By formatted identifier. */
  readonly pending: Map<string, Pending>;
}

export class Stream {
  entries: StreamEntry[] = [];
  lastId: StreamId = ZERO;
  maxDeletedId: StreamId = ZERO;
  /** Number of entries ever added. */
  added: Wide = 0;
  readonly groups = new Map<string, Group>();

  get firstId(): StreamId {
    return this.entries[0]?.id ?? ZERO;
  }

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
    const next = idAfter(id);
    return next === null ? [] : this.range(next, GREATEST, count);
  }

  find(id: StreamId): StreamEntry | undefined {
    return this.range(id, id, 1)[0];
  }

  /** Whether the stream still has an entry behind this identifier. */
  hasAfter(id: StreamId): boolean {
    const newest = this.entries.at(-1);
    return newest !== undefined && compareIds(newest.id, id) > 0;
  }

  append({ id, fields }: Omit<StreamEntry, 'node'>, limits: NodeLimits): void {
    this.entries.push({ id, fields, node: nodeFor(this.entries.at(-1)?.node, id, fields, limits) });
    this.lastId = id;
    this.added = plus(this.added, 1);
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

  /** Trims whole nodes only, and at most `limit` entries; 0: no limit. */
  trimNodes(to: { readonly length: number } | { readonly from: StreamId }, limit: number): number {
    const most = 'length' in to ? Math.max(0, this.entries.length - to.length) : this.#firstAtLeast(to.from);
    let count = 0;
    for (const size of this.nodes().values()) {
      if (count + size > most || (limit > 0 && count + size > limit)) break;
      count += size;
    }
    this.entries.splice(0, count);
    return count;
  }

  /** Returns the nodes in order, with the number of entries that each still has. */
  nodes(): ReadonlyMap<StreamNode, number> {
    const sizes = new Map<StreamNode, number>();
    for (const { node } of this.entries) sizes.set(node, (sizes.get(node) ?? 0) + 1);
    return sizes;
  }

  copy(): Stream {
    const copy = new Stream();
    const nodes = new Map([...this.nodes().keys()].map((node) => [node, { ...node }]));
    copy.entries = this.entries.map((entry) => ({ ...entry, node: nodes.get(entry.node) ?? entry.node }));
    copy.lastId = this.lastId;
    copy.maxDeletedId = this.maxDeletedId;
    copy.added = this.added;
    for (const [name, group] of this.groups) {
      const pending = new Map([...group.pending].map(([id, one]) => [id, { ...one }]));
      copy.groups.set(name, { ...group, consumers: new Map(group.consumers), pending });
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
