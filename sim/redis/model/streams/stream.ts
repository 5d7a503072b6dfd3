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

/** The length that a trimmed stream keeps, or the first identifier that it may keep. */
export type Trim = { readonly length: number } | { readonly from: StreamId };

export class Stream {
  entries: StreamEntry[] = [];
  /** In order. A node without entries stays if a trim left it so. */
  #nodes: StreamNode[] = [];
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
    const last = this.#nodes.at(-1);
    const node = nodeFor(last, id, fields, limits);
    if (node !== last) this.#nodes.push(node);
    this.entries.push({ id, fields, node });
    this.lastId = id;
    this.added = plus(this.added, 1);
  }

  delete(id: StreamId): boolean {
    const index = this.#firstAtLeast(id);
    const entry = this.entries[index];
    if (entry === undefined || compareIds(entry.id, id) !== 0) return false;
    this.entries.splice(index, 1);
    entry.node.size -= 1;
    if (entry.node.size === 0) this.#nodes.splice(this.#nodes.indexOf(entry.node), 1);
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id;
    return true;
  }

  /**
   * Removes the oldest entries, and returns their number. `limit`: removes whole nodes only, which
   * have at most this number of entries (0: any number); null: removes single entries, too.
   */
  trim(to: Trim, limit: number | null): number {
    const keep = 'length' in to ? to.length : 0;
    let removed = 0;
    for (let [node] = this.#nodes; node !== undefined; [node] = this.#nodes) {
      const length = this.entries.length - removed;
      if ('length' in to && length <= keep) break;
      if (limit !== null && limit > 0 && removed + node.size > limit) break;
      // The last entry of a node counts even if it was deleted.
      const isWhole = 'length' in to ? length - node.size >= keep : compareIds(node.lastId, to.from) < 0;
      if (!isWhole) {
        const rest = 'length' in to ? length - keep : Math.max(0, this.#firstAtLeast(to.from) - removed);
        if (limit !== null) break;
        node.size -= rest;
        removed += rest;
        break;
      }
      this.#nodes.shift();
      removed += node.size;
    }
    this.entries.splice(0, removed);
    return removed;
  }

  get nodes(): readonly StreamNode[] {
    return this.#nodes;
  }

  copy(): Stream {
    const copy = new Stream();
    const nodes = new Map(this.#nodes.map((node) => [node, { ...node }]));
    copy.#nodes = [...nodes.values()];
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
