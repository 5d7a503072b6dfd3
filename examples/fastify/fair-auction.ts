/**
 * What bidders rely on. Each accepted bid is higher than all before it, on whatever node it was
 * made, and only one bidder receives `accepted` for it. A bidder sees the bids in order. When the
 * system has settled, every connected bidder has seen the highest bid, and Redis has it.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

export const fairAuction: Property = {
  id: 'fair-auction',
  kind: 'always',
  description: 'Accepted bids increase on all nodes, and each connected bidder ends with the highest one.',
  marks: ['a bid was too low', 'a bid from another node was seen'],
  checker: (view) => new FairAuction(view),
};

interface Item {
  readonly id: string;
  readonly amount: number;
  readonly bidder: string | null;
  readonly seq: number;
}

interface Frame {
  readonly type: 'state' | 'accepted' | 'rejected';
  readonly ref?: number;
  readonly reason?: string;
  readonly item?: Item;
}

/** A connection that has received a state and not closed. */
interface Watcher {
  readonly node: string;
  latest: Item;
}

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class FairAuction implements Checker {
  readonly observes = ['frame', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #watchers = new Map<string, Watcher>();
  readonly #closed = new Set<string>();
  /** What clients have received, by item and number of its accepted bids. */
  readonly #history = new Map<string, Map<number, Item>>();
  /** The answered bid, by item and number: `bidder-1#1:4`. */
  readonly #winners = new Map<string, string>();
  /** The node that a bidder was connected to when its bid was accepted, by item and number. */
  readonly #nodeOf = new Map<string, string>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#checkWatchers();
    if (record.type !== 'frame') return;
    if (record.kind === 'close') this.#close(record.link);
    else if (record.kind === 'text' && record.direction === 'down' && record.phase === 'delivered')
      this.#received(record, JSON.parse(record.text) as Frame);
  }

  #close(link: string): void {
    this.#watchers.delete(link);
    this.#closed.add(link);
  }

  #received({ link, node }: FrameRecord, { type, ref, reason, item }: Frame): void {
    if (reason === 'too-low') this.#view.mark('a bid was too low');
    if (item === undefined) return;
    this.#know(item);
    const bid = `${item.id}:${item.seq}`;
    if (type === 'accepted') this.#accepted(bid, `${link}:${ref}`, node);
    // What was on its way to a client that has left arrives nowhere.
    if (type !== 'state' || this.#closed.has(link)) return;
    const watcher = this.#watchers.get(link);
    this.#view.check(watcher === undefined || item.seq > watcher.latest.seq, () => ({
      subject: 'out of order',
      text: `${link} received ${textOf(item)} after ${textOf(watcher?.latest ?? item)}`,
    }));
    this.#watchers.set(link, { node, latest: item });
    if ((this.#nodeOf.get(bid) ?? node) !== node) this.#view.mark('a bid from another node was seen');
  }

  /** Compares an item with what is known of it just before and just after. */
  #know(item: Item): void {
    const history = this.#history.get(item.id) ?? new Map<number, Item>();
    this.#history.set(item.id, history);
    const known = history.get(item.seq);
    history.set(item.seq, item);
    this.#view.check(known === undefined || (known.amount === item.amount && known.bidder === item.bidder), () => ({
      subject: 'two bids',
      text: `one client received ${textOf(item)}, another one ${textOf(known ?? item)}`,
    }));
    for (const [lower, higher] of [
      [history.get(item.seq - 1), item],
      [item, history.get(item.seq + 1)],
    ]) {
      if (lower === undefined || higher === undefined) continue;
      // The first bid may equal the starting price.
      const isHigher = lower.seq === 0 ? higher.amount >= lower.amount : higher.amount > lower.amount;
      this.#view.check(isHigher, () => ({
        subject: 'not higher',
        text: `${textOf(higher)} was accepted after ${textOf(lower)}`,
      }));
    }
  }

  #accepted(bid: string, winner: string, node: string): void {
    const other = this.#winners.get(bid) ?? winner;
    this.#winners.set(bid, winner);
    this.#nodeOf.set(bid, node);
    this.#view.check(other === winner, () => ({
      subject: 'two winners',
      text: `${other} and ${winner} were both accepted as bid ${bid}`,
    }));
  }

  #checkWatchers(): void {
    for (const [id, history] of this.#history) {
      const highest = [...history.values()].reduce((one, other) => (other.seq > one.seq ? other : one));
      const stored = this.#view.ledger.redisValue(`auction:item:${id}`) as Map<string, string> | undefined;
      this.#view.check(Number(stored?.get('seq')) >= highest.seq, () => ({
        subject: 'bid lost',
        text: `a client received ${textOf(highest)}, but Redis has only ${stored?.get('seq')} bids of ${id}`,
      }));
      const seq = Number(stored?.get('seq'));
      for (const [link, { latest }] of this.#watchers)
        this.#view.check(latest.id !== id || latest.seq === seq, () => ({
          subject: 'not shown',
          text: `${link} is connected and has not received bid ${seq} of ${id}; its latest is ${textOf(latest)}`,
        }));
    }
  }
}

function textOf({ id, seq, amount, bidder }: Item): string {
  return `bid ${seq} of ${id} (${amount} by ${bidder ?? 'no one'})`;
}
