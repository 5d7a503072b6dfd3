/** What the benchmark orders from a server in another process, and what that answers. */
export type Order = { readonly type: 'fan-out'; readonly prices: number } | { readonly type: 'memory' };

export type Answer =
  | { readonly type: 'listening'; readonly port: number }
  /** Processor time that the process used for all prices. */
  | { readonly type: 'fan-out'; readonly processorMs: number }
  /** The heap and buffers outside of it, after garbage collections. */
  | { readonly type: 'memory'; readonly heapBytes: number };

export const KINDS = ['gateway', 'bare'] as const;
export type Kind = (typeof KINDS)[number];

export const SYMBOL = 'AAPL';
/** Of the tokens of both sides. */
export const SECRET = 'only-for-benchmarks-only-for-benchmarks';
export const ISSUED = { issuer: 'benchmarks', audience: 'prices' } as const;
