/**
 * Mutants that no run can distinguish from the unmodified gateway, of those that no seed has found.
 * Each is claimed by one reading of the code and confirmed by another, made without the first
 * reason. A claim with an empty confirmation waits for it, and does not count.
 */
export interface Equivalent {
  readonly id: string;
  readonly reason: string;
  readonly confirmation: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    id: 'recorded-feed-bf12aa',
    reason: 'Every symbol of prices.json has quotes, so neither condition drops one.',
    confirmation: 'Each symbol of the file has quotes, 68 or 123, so the filter drops none in either form.',
  },
  {
    id: 'outbox-ec5462',
    reason: 'An ended outbox is never asked to send: its connection is in no table, and #flush checks first.',
    confirmation: 'Only #authenticate uses the result, and its outbox cannot have ended; sendPrice checks first.',
  },
  {
    id: 'with-timeout-b6a222',
    reason: 'The one caller with a signal has checked it in the same stretch of code.',
    confirmation: 'Its only caller with a signal checks it in the same step; aborts come from later tasks.',
  },
];
