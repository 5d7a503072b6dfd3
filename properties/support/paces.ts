/** The rates that clients have asked for, by connection and symbol, from frames alone. */
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { symbolsIn } from './connections.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export class Paces {
  readonly observes = ['frame'] as const;
  /** Of requests without an answer, by link and id. */
  readonly #asked = new Map<string, number | undefined>();
  /** By link and symbol. */
  readonly #granted = new Map<string, Map<string, number>>();

  /** The one instance of a run, shared by all its checkers. It observes each record before them. */
  static of(view: CheckerView): Paces {
    return view.shared(createPaces);
  }

  /** Prices per second, or undefined if the client wants all. */
  of(link: string, symbol: string): number | undefined {
    return this.#granted.size === 0 ? undefined : this.#granted.get(link)?.get(symbol);
  }

  observe({ direction, phase, kind, link, text }: FrameRecord): void {
    if (kind === 'open') this.#granted.delete(link);
    else if (kind !== 'text') return;
    else if (direction === 'up' && phase === 'delivered') {
      if (text.startsWith('{"type":"subscribe"')) this.#arrived(link, text);
    } else if (direction === 'down' && phase === 'sent' && text.startsWith('{"type":"subscribed"'))
      this.#answered(link, text);
  }

  #arrived(link: string, text: string): void {
    const { id, maxPerSecond } = JSON.parse(text) as { id?: number; maxPerSecond?: number };
    if (id !== undefined) this.#asked.set(`${link} ${id}`, maxPerSecond);
  }

  /** Each subscription replaces the rate of the one before. */
  #answered(link: string, text: string): void {
    const key = `${link} ${(JSON.parse(text) as { id: number }).id}`;
    const maxPerSecond = this.#asked.get(key);
    this.#asked.delete(key);
    const granted = this.#granted.get(link) ?? new Map<string, number>();
    for (const symbol of symbolsIn(text))
      if (maxPerSecond === undefined) granted.delete(symbol);
      else granted.set(symbol, maxPerSecond);
    if (granted.size > 0) this.#granted.set(link, granted);
  }
}

function createPaces(): Paces {
  return new Paces();
}
