/**
 * The globals of the web as actors have them. An actor is a browser without a page: there is no
 * address that a relative one could be relative to.
 */
import type { AmbientHost } from '../../system/image.ts';
import type { Web } from './names.ts';

type Fetch = (input: unknown, init?: unknown) => Promise<unknown>;
type WebSocketClass = new (...parameters: unknown[]) => object;

export function browserWeb({ names, get }: Web, host: AmbientHost): Web {
  return {
    names,
    get(name) {
      const value = get(name);
      if (value === undefined) return undefined;
      if (name === 'fetch') return browserFetch(value as Fetch, host);
      return name === 'WebSocket' ? browserWebSocket(value as WebSocketClass, host) : value;
    },
  };
}

function browserFetch(original: Fetch, host: AmbientHost): Fetch {
  return async function fetch(input, init) {
    const problem = problemWith(input, 'http', host);
    if (problem !== null) throw new TypeError(problem);
    return original(input, init);
  };
}

/** Tells the host of each socket, because an actor that leaves closes its sockets. */
function browserWebSocket(original: WebSocketClass, host: AmbientHost): WebSocketClass {
  return new Proxy(original, {
    construct(target, parameters: unknown[], derived) {
      const problem = problemWith(parameters[0], 'ws', host);
      if (problem !== null) throw new DOMException(problem, 'SyntaxError');
      const socket = Reflect.construct(target, parameters, derived) as object;
      host.browser?.openedWebSocket(socket);
      return socket;
    },
  });
}

/** Node's own error is less clear about addresses that are relative, or that lead to frames. */
function problemWith(input: unknown, scheme: string, { browser }: AmbientHost): string | null {
  const address = typeof input === 'string' || input instanceof URL ? String(input) : (input as Partial<Request>)?.url;
  if (address === undefined) return null;
  if (URL.canParse(address)) return browser?.problemWith(new URL(address).hostname) ?? null;
  const path = address.startsWith('/') ? address : `/${address}`;
  const instead = `name a node, as in ${scheme}://node-1:3000${path}`;
  return `Invalid URL: ${address}: an actor has no page that it could be relative to; ${instead}`;
}
