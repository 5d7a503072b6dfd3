/** The frames that carry prices. */
import type { Price } from './ports.ts';
import { serialise } from './protocol.ts';

/** No frame `snapshot` is longer: names, epoch and date are bounded. */
export const snapshotMaxBytes = 320;

/** @param skipped number of prices between the one before on the connection and this one */
export function priceText({ symbol, price, epoch, sequence, quotedAt }: Price, skipped: number): string {
  return serialise({ type: 'price', symbol, price, epoch, sequence, skipped, quotedAt });
}

/** @param newest null if no price is known yet */
export function snapshotText(symbol: string, newest: Price | null): string {
  const { price = null, epoch = null, sequence = 0, quotedAt = null } = newest ?? {};
  return serialise({ type: 'snapshot', symbol, recovered: false, price, epoch, sequence, quotedAt });
}

/** @param prices consecutive prices of the epoch, or none */
export function batchText(symbol: string, epoch: string, prices: readonly Price[]): string {
  return serialise({
    type: 'batch',
    symbol,
    recovered: true,
    epoch,
    prices: prices.map(({ price, sequence, quotedAt }) => ({ price, sequence, quotedAt })),
  });
}

export function staleText(symbol: string): string {
  return serialise({ type: 'stale', symbol });
}
