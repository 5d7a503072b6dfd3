/**
 * Whether a campaign tested anything: properties hold easily where no client ever used the system.
 */
import type { Totals } from './totals.ts';

/**
 * Why a campaign in which everything held shows nothing, in words; null when it shows something. A
 * scenario without actors is tested by its nodes alone.
 */
export function untestedReason({ seeds, failures, uses }: Totals, hasActors: boolean): string | null {
  if (seeds === 0 || failures.size > 0 || !hasActors) return null;
  const { ok, fail, unknown, connections, responses, firstFailure } = uses;
  const example = firstFailure === null ? '' : `; the first: ${firstFailure}`;
  if (ok + fail + unknown === 0) return 'no operation of an actor ended';
  if (ok === 0) return `no operation ended ok: ${fail} failed, ${unknown} ended unknown${example}`;
  return connections + responses === 0 ? 'no connection of an actor was accepted' : null;
}
