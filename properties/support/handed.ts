/** What a client has handed over, as the text that an actor reports. */
export interface Handed {
  readonly type: 'price' | 'snapshot';
  readonly symbol: string;
  /** Null if no price is known yet. */
  readonly epoch: string | null;
  readonly sequence: number;
  readonly skipped: number;
}

interface Quote {
  readonly symbol: string;
  readonly epoch?: string | null;
  readonly sequence?: number;
  readonly skipped?: number;
}

/** `price:AAPL:epoch-1:7:0`. No part contains a colon or a space. */
export function handed(type: Handed['type'], { symbol, epoch, sequence = 0, skipped = 0 }: Quote): string {
  return [type, symbol, epoch ?? '', sequence, skipped].join(':');
}

export function parseHanded(text: string): Handed {
  const [type = '', symbol = '', epoch = '', sequence = '', skipped = ''] = text.split(':');
  return {
    type: type === 'price' ? 'price' : 'snapshot',
    symbol,
    epoch: epoch === '' ? null : epoch,
    sequence: Number(sequence),
    skipped: Number(skipped),
  };
}
