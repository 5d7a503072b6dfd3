/** The frames that a client may send: `{type: 'bid', bidder, amount, ref?}`. */

export interface Bid {
  readonly bidder: string;
  /** In cents. */
  readonly amount: number;
}

/**
 * The frame's reference (null if it has none) and its bid (null if the frame is not a well-formed
 * bid).
 */
export function readFrame(text: string): { ref: string | number | null; bid: Bid | null } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ref: null, bid: null };
  }
  if (typeof value !== 'object' || value === null) return { ref: null, bid: null };
  const frame = value as Record<string, unknown>;
  const ref = typeof frame.ref === 'string' || typeof frame.ref === 'number' ? frame.ref : null;
  return { ref, bid: readBid(frame) };
}

function readBid({ type, bidder, amount }: Record<string, unknown>): Bid | null {
  if (type !== 'bid') return null;
  if (typeof bidder !== 'string' || !/^[\w .-]{1,40}$/.test(bidder)) return null;
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 1) return null;
  return { bidder, amount };
}
