/**
 * Rights on symbols. Compares what a client is sent about its symbols with the symbols that its
 * token permits, which `valid-tokens` compares with the token.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Connections, symbolsIn } from '../support/connections.ts';
import { seconds } from '../support/seconds.ts';

const LOST = 'a refreshed token lost a subscribed symbol';

export const permittedSymbols: Property = {
  id: 'permitted-symbols',
  kind: 'always',
  description:
    'A client is subscribed only to symbols that its token permits. A refreshed token that no longer permits some ends these ' +
    'subscriptions, and no others, with the reason.',
  marks: [{ name: LOST, withinSeeds: 500 }],
  checker: (view) => new PermittedSymbols(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type Permitted = ReadonlySet<string> | null;

/** The symbols of the newest token of a connection. */
interface Permission {
  readonly symbols: Permitted;
  readonly sinceMs: number;
}

const BY_GATEWAY = '{"type":"unsubscribed","id":null,';

class PermittedSymbols implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #permitted = new Map<string, Permission>();
  /** Subscriptions that the gateway has to end in this step, by link. */
  readonly #lost = new Map<string, readonly string[]>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#connections = Connections.of(view).listen({
      subscribed: ({ link }, symbol) => this.#judge(link, symbol, 'is subscribed to'),
      price: ({ link }, symbol) => this.#judge(link, symbol, 'was sent a price of'),
      ended: ({ link }) => {
        for (const table of [this.#permitted, this.#lost]) table.delete(link);
      },
    });
  }

  observe({ direction, phase, kind, link, text }: FrameRecord): void {
    if (direction !== 'down' || phase !== 'sent' || kind !== 'text') return;
    if (text.startsWith('{"type":"authenticated"')) this.#permit(link, permittedIn(text));
    else if (text.startsWith('{"type":"refreshed"')) this.#refreshed(link, permittedIn(text));
    else if (text.startsWith(BY_GATEWAY)) this.#unsubscribed(link, text);
  }

  quiescent(): void {
    if (this.#lost.size === 0) return;
    const [[link, symbols]] = this.#lost as unknown as [[string, readonly string[]]];
    this.#lost.clear();
    this.#view.check(false, () => ({
      subject: 'subscription not ended',
      text: `the refreshed token of ${link} does not permit ${symbols.join()}, but its subscriptions were not ended`,
    }));
  }

  #permit(link: string, symbols: Permitted): void {
    this.#permitted.set(link, { symbols, sinceMs: this.#view.nowMs });
  }

  #refreshed(link: string, permitted: Permitted): void {
    this.#permit(link, permitted);
    const { open, closing } = this.#connections;
    const subscriptions = (open.get(link) ?? closing.get(link))?.subscriptions ?? [];
    const lost = [...subscriptions].filter((symbol) => permitted !== null && !permitted.has(symbol));
    if (lost.length === 0) return;
    this.#view.mark(LOST);
    this.#lost.set(link, lost);
  }

  #unsubscribed(link: string, text: string): void {
    const lost = this.#lost.get(link) ?? [];
    this.#lost.delete(link);
    const { reason } = JSON.parse(text) as { reason: string | null };
    const symbols = symbolsIn(text);
    this.#view.check(symbols.join() === lost.join() && reason === 'symbol_forbidden', () => ({
      subject: 'permitted subscription ended',
      text: `${link} was sent ${text}, but it lost ${lost.join()}`,
    }));
  }

  #judge(link: string, symbol: string, what: string): void {
    const { symbols = null, sinceMs = 0 } = this.#permitted.get(link) ?? {};
    // Nothing to judge: the token permits all symbols.
    if (symbols === null) return;
    this.#view.check(symbols.has(symbol), () => ({
      subject: 'forbidden subscription',
      text: `${link} ${what} ${symbol}, but its token permits only ${[...symbols].join()} since ${seconds(sinceMs)}`,
    }));
  }
}

function permittedIn(text: string): Permitted {
  const { symbols } = JSON.parse(text) as { symbols: readonly string[] | null };
  return symbols === null ? null : new Set(symbols);
}
