/** The errors of the network that `fetch`, `node:http` and `node:net` pass on to an operation. */
import type { Outcome } from './actor.ts';

type Failure = Exclude<Outcome, 'ok'>;

/** The server has received nothing. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

/** Codes of the network. Others, such as those of files, are errors of the scenario. */
const OF_NETWORK =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(?:HOST|NET)UNREACH|ENOTFOUND|UND_ERR_(?:SOCKET|(?:CONNECT|HEADERS|BODY)_TIMEOUT))$/;

/**
 * The outcome of an operation that an error of the network has ended, or `AbortSignal.timeout`.
 * Null for all other errors: an address that is not allowed, for instance.
 */
export function networkFailure(reason: unknown): Failure | null {
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return { outcome: 'unknown', detail: 'timed out' };
  if (!(reason instanceof Error)) return null;
  const code = codeOf(reason);
  if (code !== null) return failure(code, reason.message);
  // `fetch` wraps the error, and so do libraries such as engine.io-client.
  const cause = reason.cause instanceof Error ? codeOf(reason.cause) : null;
  return cause === null ? null : failure(cause, `${reason.message}: ${cause}`);
}

function codeOf(error: Error): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && OF_NETWORK.test(code) ? code : null;
}

function failure(code: string, detail: string): Failure {
  return { outcome: UNSENT.has(code) ? 'fail' : 'unknown', detail };
}
