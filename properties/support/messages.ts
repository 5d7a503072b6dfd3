/** Comments and announcements in frames, and how often each connection was sent the same one. */

/** In a request. */
export interface SentMessage {
  readonly id: number;
  /** Undefined for an announcement. */
  readonly symbol?: string;
  readonly text: string;
}

const REQUEST = /^\{"type":"(?:comment|announce)"/;

/** Null for another request, or an invalid one. */
export function messageIn(request: string): SentMessage | null {
  if (!REQUEST.test(request)) return null;
  const { id, symbol, text } = JSON.parse(request) as Partial<SentMessage>;
  if (id === undefined || text === undefined) return null;
  return symbol === undefined ? { id, text } : { id, symbol, text };
}

/**
 * The same for a request and for its frames. Without a user, the beginning of all keys of the
 * symbol.
 */
export function keyOf({ symbol, from, text }: { symbol?: string; from?: string; text?: string }): string {
  const kind = symbol === undefined ? 'announcement' : `comment on ${symbol}`;
  return from === undefined ? `${kind} by ` : `${kind} by ${from}: ${text}`;
}

/** Longer than a message is on its way. */
const KEPT_MS = 10_000;

interface Arrival {
  readonly atMs: number;
  /** Links that were sent it. */
  readonly links: Set<string>;
}

/** Users repeat their comments, so each frame needs a request that no other one had. */
export class MessageCounts {
  readonly #arrivals = new Map<string, Arrival[]>();

  arrived(key: string, atMs: number): void {
    const arrivals = this.#arrivals.get(key) ?? [];
    this.#arrivals.set(key, arrivals);
    while ((arrivals[0]?.atMs ?? atMs) < atMs - KEPT_MS) arrivals.shift();
    arrivals.push({ atMs, links: new Set() });
  }

  /** Returns whether the link was sent it no more often than it has arrived. */
  sent(key: string, link: string, atMs: number): boolean {
    const arrival = this.#arrivals
      .get(key)
      ?.find(({ links, atMs: since }) => since >= atMs - KEPT_MS && !links.has(link));
    arrival?.links.add(link);
    return arrival !== undefined;
  }
}
