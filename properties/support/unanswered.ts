/**
 * The requests that have reached a node and have no answer yet. Each has been read, or will be read
 * before its answer is sent.
 */

/** The first frame of a connection has no id. */
const AUTHENTICATION = 'authenticate';

interface Request {
  /** Null if the frame has no valid one. */
  readonly id: number | string | null;
  readonly arrivedAtMs: number;
}

/** Frames that no request asked for. */
const UNASKED =
  /^\{"type":"(?:price|snapshot|batch|stale|comment|announcement|slow_down|restarting|unsubscribed","id":null)\b/;

export class Unanswered {
  readonly #byLink = new Map<string, Request[]>();

  arrived(link: string, text: string, atMs: number): void {
    const requests = this.#byLink.get(link) ?? [];
    this.#byLink.set(link, requests);
    requests.push({ id: idOf(text), arrivedAtMs: atMs });
  }

  /**
   * The time at which the request arrived that a frame answers. Null if it answers none, such as
   * the answer to a token in an upgrade.
   */
  answered(link: string, text: string): number | null {
    if (UNASKED.test(text)) return null;
    const requests = this.#byLink.get(link) ?? [];
    const id = text.startsWith('{"type":"authenticated"') ? AUTHENTICATION : idOf(text);
    const index = requests.findIndex((request) => request.id === id);
    return index < 0 ? null : (requests.splice(index, 1)[0]?.arrivedAtMs ?? null);
  }

  /** Number of requests of the link. */
  count(link: string): number {
    return this.#byLink.get(link)?.length ?? 0;
  }

  delete(link: string): void {
    this.#byLink.delete(link);
  }
}

function idOf(text: string): Request['id'] {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame !== 'object' || frame === null) return null;
  const { type, id } = frame as { type?: unknown; id?: unknown };
  if (type === 'authenticate') return AUTHENTICATION;
  return typeof id === 'number' ? id : null;
}
