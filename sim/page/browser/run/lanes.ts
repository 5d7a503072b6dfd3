/** Lanes: one for each client, node and Redis, in this order from left to right. */
import { type Item, namesOfItem, REDIS } from './items.ts';

/** Where an item appears: on a lane, or between two. Empty: it concerns all lanes. */
export interface Place {
  readonly at: string;
  /** The other end of its message. */
  readonly from?: string;
  readonly isLost?: true;
}

export function placeOf(item: Item): Place {
  switch (item.type) {
    case 'operation':
      return { at: item.actor };
    case 'frame':
    case 'http': {
      const [source, target] = item.direction === 'up' ? [item.client, item.node] : [item.node, item.client];
      if (item.phase === 'sent') return { at: source };
      if (item.phase === 'down') return { at: item.direction === 'up' ? item.node : item.client };
      if (item.phase === 'lost' || item.phase === 'refused') return { at: target, from: source, isLost: true };
      return { at: target, from: source };
    }
    case 'command':
      if (item.phase === 'applied') return { at: REDIS, from: item.node };
      if (item.phase === 'reply' || item.phase === 'delivered') return { at: item.node, from: REDIS };
      return item.phase === 'lost' ? { at: REDIS, from: item.node, isLost: true } : { at: item.node };
    case 'fault':
      return { at: item.target === '*' ? '' : item.target };
    case 'output':
      return { at: namesOfItem(item)[0] ?? '' };
    default:
      return { at: item.node };
  }
}

export interface Lane {
  readonly name: string;
  readonly kind: 'client' | 'node' | 'redis';
}

/** The lanes that the items need. Clients that `isInvolved` names come first. */
export function lanesOf(items: Iterable<Item>, isInvolved: (name: string) => boolean): readonly Lane[] {
  const nodes = new Set<string>();
  const clients = new Set<string>();
  let usesRedis = false;
  for (const item of items) {
    switch (item.type) {
      case 'operation':
        clients.add(item.actor);
        break;
      case 'frame':
      case 'http':
        clients.add(item.client);
        nodes.add(item.node);
        break;
      case 'command':
      case 'redis':
        usesRedis = true;
        nodes.add(item.node);
        break;
      case 'timer':
      case 'node':
      case 'probe':
        nodes.add(item.node);
        break;
      default:
    }
  }
  // Actors may start timers and print, too.
  for (const name of clients) nodes.delete(name);
  const rank = (name: string): number => (isInvolved(name) ? 0 : 1);
  const sorted = (names: ReadonlySet<string>): string[] => [...names].sort(byNumber);
  return [
    ...sorted(clients)
      .sort((left, right) => rank(left) - rank(right))
      .map((name) => ({ name, kind: 'client' }) as const),
    ...sorted(nodes).map((name) => ({ name, kind: 'node' }) as const),
    ...(usesRedis ? [{ name: REDIS, kind: 'redis' } as const] : []),
  ];
}

/** `client-2` before `client-10`. */
function byNumber(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
