/** Which requests to open a connection are served, and which address they come from. */
import type { IPv4, IPv6 } from 'ipaddr.js';
import ipaddr from 'ipaddr.js';

/** An address and the number of its first bits that count. */
export type AddressRange = [IPv4 | IPv6, number];

export interface AccessRules {
  /** Origins of pages that may connect, such as `https://example.org`; null for the own host only. */
  readonly origins: readonly string[] | '*' | null;
  /** Whether requests without an origin are served. Browsers always send it. */
  readonly isOriginOptional: boolean;
  /** Proxies whose header `X-Forwarded-For` counts. */
  readonly proxies: readonly AddressRange[];
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Of `10.0.0.0/8`, `::1` or `192.0.2.7`. Throws if it is none. */
export function addressRange(text: string): AddressRange {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** A longer one is never valid. */
const tokenMaxCharacters = 8192;

/** Before the token, in a subprotocol that a browser offers. */
const offeredToken = 'bearer.';

/**
 * The token in an upgrade: in `Authorization: Bearer …`, or in an offered subprotocol `bearer.…`,
 * because scripts in browsers cannot set headers. Null if there is none. Empty, which is not valid,
 * if there are several or it is too long.
 */
export function tokenOf({ authorization, 'sec-websocket-protocol': offered }: Headers): string | null {
  const header = typeof authorization === 'string' ? /^bearer(?: +(.*))?$/i.exec(authorization.trim()) : null;
  const subprotocols = typeof offered === 'string' ? offered.split(',').map((name) => name.trim()) : [];
  const inOffer = subprotocols.filter((name) => name.startsWith(offeredToken));
  const found = inOffer.map((name) => name.slice(offeredToken.length));
  if (header !== null) found.push(header[1] ?? '');
  const [token] = found;
  if (token === undefined) return null;
  return found.length > 1 || token.length > tokenMaxCharacters ? '' : token;
}

/** Whether the origin of a request may connect. */
export function isOriginAllowed({ origin, host }: Headers, { origins, isOriginOptional }: AccessRules): boolean {
  if (typeof origin !== 'string') return isOriginOptional;
  if (origins === '*') return true;
  if (origins !== null) return origins.includes(origin);
  return URL.canParse(origin) && typeof host === 'string' && new URL(origin).host === host;
}

/**
 * The address of the client: of the peer, or if that is a trusted proxy, the last one in
 * `X-Forwarded-For` that is not. Of IPv6 the first 64 bits, because one client has all of them.
 */
export function addressOf(peer: string, headers: Headers, { proxies }: AccessRules): string {
  const header = headers['x-forwarded-for'];
  const forwarded = typeof header === 'string' ? header.split(',').map((address) => address.trim()) : [];
  let address = peer;
  while (isProxy(address, proxies)) {
    const before = forwarded.pop();
    // What a proxy did not write as an address is not one of a client.
    if (before === undefined || !ipaddr.isValid(before)) break;
    address = before;
  }
  return keyOf(address);
}

function isProxy(text: string, proxies: readonly AddressRange[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return proxies.some(
    ([range, bits]) => range.kind() === address.kind() && (address as IPv4).match(range as IPv4, bits),
  );
}

function keyOf(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  const network = (address as IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
