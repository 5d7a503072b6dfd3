/** Frames with prices that follow a gap: `snapshot`, and `batch` for a client that resumes. */
export interface Welcome {
  readonly type: 'snapshot' | 'batch';
  readonly symbol: string;
  readonly recovered: boolean;
  /** Null in a snapshot if no price is known yet. */
  readonly epoch: string | null;
  /** Of the newest price. 0 if none is known; null for an empty batch. */
  readonly sequence: number | null;
  /** Of a batch, oldest first; of a snapshot, its one price or none. */
  readonly prices: readonly { readonly price: number; readonly sequence: number; readonly quotedAt?: string }[];
}

interface SnapshotFrame {
  readonly type: 'snapshot';
  readonly symbol: string;
  readonly recovered: boolean;
  readonly price: number | null;
  readonly epoch: string | null;
  readonly sequence: number;
  readonly quotedAt: string | null;
}

interface BatchFrame {
  readonly type: 'batch';
  readonly symbol: string;
  readonly recovered: boolean;
  readonly epoch: string;
  readonly prices: Welcome['prices'];
}

const START = /^\{"type":"(?:snapshot|batch)"/;

/** Null for a frame of another type. */
export function welcomeIn(text: string): Welcome | null {
  if (!START.test(text)) return null;
  const frame = JSON.parse(text) as SnapshotFrame | BatchFrame;
  const { symbol, recovered, epoch } = frame;
  if (frame.type === 'batch')
    return {
      type: 'batch',
      symbol,
      recovered,
      epoch,
      sequence: frame.prices.at(-1)?.sequence ?? null,
      prices: frame.prices,
    };
  const { price, sequence, quotedAt } = frame;
  const prices = price === null || quotedAt === null ? [] : [{ price, sequence, quotedAt }];
  return { type: 'snapshot', symbol, recovered, epoch, sequence, prices };
}
