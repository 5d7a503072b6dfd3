/** The errors of `fetch` that faults cause. */
import type { Outcome } from './actor.ts';

/** The server has received nothing. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * The outcome of an operation that `fetch`, or reading its response, ended: of a failure of the
 * network or of `AbortSignal.timeout`. Null for all other errors: an address that is not allowed,
 * for instance.
 */
export function fetchFailure(reason: unknown): Exclude<Outcome, 'ok'> | null {
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return { outcome: 'unknown', detail: 'timed out' };
  if (!(reason instanceof TypeError) || !/^(?:fetch failed|terminated)$/.test(reason.message)) return null;
  const { code } = (reason.cause ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^(?:E[A-Z]+|UND_ERR_(?:SOCKET|(?:CONNECT|HEADERS|BODY)_TIMEOUT))$/.test(code))
    return null;
  return { outcome: UNSENT.has(code) ? 'fail' : 'unknown', detail: `${reason.message}: ${code}` };
}
