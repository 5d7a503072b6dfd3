/** Stretches of a run: faults, processes of nodes, connections of clients. */
import { type Item, REDIS } from './items.ts';

/** From one item to another. */
export interface Span {
  /** Empty: all lanes. */
  readonly lane: string;
  readonly from: number;
  readonly until: number;
}

export interface FaultSpan extends Span {
  readonly kind: string;
}

/** The faults, without the phases of the run. One that does not end lasts to the last item. */
export function faultSpans(items: readonly Item[]): readonly FaultSpan[] {
  const open = new Map<string, number>();
  const spans: FaultSpan[] = [];
  const add = (from: number, until: number): void => {
    const fault = items[from];
    if (fault?.type !== 'fault') return;
    const { kind, target } = fault;
    spans.push({ lane: target === '*' || target === '' ? laneOfKind(kind) : target, kind, from, until });
  };
  for (const [index, item] of items.entries()) {
    if (item.type !== 'fault' || item.id === 'run') continue;
    if (item.phase === 'begun') open.set(item.id, index);
    const from = open.get(item.id);
    if (item.phase !== 'ended' || from === undefined) continue;
    open.delete(item.id);
    add(from, index);
  }
  for (const from of open.values()) add(from, items.length - 1);
  return spans.sort((left, right) => left.from - right.from);
}

/** A fault of Redis without a node concerns the server. */
function laneOfKind(kind: string): string {
  return kind.startsWith('redis-') ? REDIS : '';
}

/** While a process of a node runs, and while a client is connected. */
export function liveSpans(items: readonly Item[]): readonly Span[] {
  const open = new Map<string, { from: number; count: number }>();
  const spans: Span[] = [];
  for (const [index, item] of items.entries()) {
    const change = changeIn(item);
    if (change === null) continue;
    const { lane, by } = change;
    const live = open.get(lane);
    if (by > 0) open.set(lane, { from: live?.from ?? index, count: (live?.count ?? 0) + 1 });
    else if (live !== undefined && live.count > 1) live.count -= 1;
    else if (live !== undefined) {
      open.delete(lane);
      spans.push({ lane, from: live.from, until: index });
    }
  }
  for (const [lane, { from }] of open) spans.push({ lane, from, until: items.length - 1 });
  return spans;
}

function changeIn(item: Item): { readonly lane: string; readonly by: 1 | -1 } | null {
  if (item.type === 'node') {
    if (item.phase === 'ready') return null;
    return { lane: item.node, by: item.phase === 'started' ? 1 : -1 };
  }
  if (item.type !== 'frame' || item.direction !== 'down') return null;
  if (item.kind === 'open' && item.phase === 'delivered') return { lane: item.client, by: 1 };
  return item.phase === 'down' ? { lane: item.client, by: -1 } : null;
}
