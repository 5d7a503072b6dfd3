// @ts-check
/**
 * What a client of the gateway does unless its options say otherwise.
 *
 * @import { ClientTimes, SocketLike } from './types.ts'
 */

/** @type {ClientTimes} */
export const CLIENT_TIMES = {
  retryBaseMs: 1000,
  retryMaxMs: 30_000,
  stableAfterMs: 5000,
  connectWithinMs: 10_000,
  silentAfterMs: 15_000,
  pongWithinMs: 10_000,
  refreshBeforeMs: 60_000,
};

/**
 * Close codes after which the client does not connect again: the gateway would refuse it again, or
 * another connection has its place.
 */
export const FINAL_CLOSE_CODES = [1003, 1008, 1009, 4400, 4403, 4406, 4409, 4410, 4411];

/** After this close code the client connects again only with another token. */
export const NOT_AUTHENTICATED = 4401;

/** @type {(url: string, subprotocol: string) => SocketLike} */
export const openSocket = (url, subprotocol) => new /** @type {any} */ (globalThis).WebSocket(url, subprotocol);
