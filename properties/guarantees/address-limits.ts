/**
 * The limits of connections of an address: each client has its own address, so they are judged by
 * the connections of each client at each node.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, type TrackedConnection } from '../support/connections.ts';

const MARK = 'a client opened connections too fast';

export const addressLimits: Property = {
  id: 'address-limits',
  kind: 'always',
  description:
    'A node serves at most a number of connections of an address at once, and in any time at most a burst of new ones and the steady ' +
    'rate. It refuses no other connection for its address.',
  marks: [{ name: MARK, withinSeeds: 500 }],
  checker: (view) => new AddressLimits(view),
};

const { connectionsPerAddressMax, newConnectionsBurst, newConnectionsPerSecond } = simulatedLimits;

/** Times of records are rounded. */
const ROUNDING = 0.05;

/** The connections of an address at a process of a node. */
interface Address {
  level: number;
  filledAtMs: number;
  /** Links whose socket at the node is not closed. */
  readonly open: Set<string>;
}

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class AddressLimits implements Checker {
  readonly observes = ['frame', 'node'] as const;
  readonly #view: CheckerView;
  /** By node and client. */
  readonly #addresses = new Map<string, Address>();
  /** Accepted in this step. */
  readonly #fresh = new Map<string, TrackedConnection>();

  constructor(view: CheckerView) {
    this.#view = view;
    Connections.of(view).listen({
      accepted: (tracked) => void this.#fresh.set(tracked.link, tracked),
      ended: ({ link, node, client }) => void this.#of(node, client).open.delete(link),
    });
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'node' && record.phase === 'started') this.#forget(record.node);
  }

  quiescent(): void {
    for (const tracked of this.#fresh.values()) this.#accepted(tracked);
    this.#fresh.clear();
  }

  #frame({ kind, direction, phase, link, code }: FrameRecord): void {
    // Refused with the upgrade, for its token.
    if (kind === 'open' && phase === 'refused') this.#fresh.delete(link);
    if (kind !== 'close' || direction !== 'down' || phase !== 'sent') return;
    const tracked = this.#fresh.get(link);
    // Refused for another reason before it counted.
    if (tracked === undefined) return;
    this.#fresh.delete(link);
    if (code === closings.address_rate_limited.closeCode) this.#refused(tracked);
  }

  #accepted({ link, node, client }: TrackedConnection): void {
    const address = this.#of(node, client);
    address.level -= 1;
    this.#view.check(address.level > -ROUNDING, () => ({
      subject: 'too many new connections',
      text: `${node} accepted ${link}, beyond the rate of its address by ${(-address.level).toFixed(2)} connections`,
    }));
    address.open.add(link);
    // Those that are closing may be closed at the node already.
    const open = [...address.open].filter((other) => this.#view.ledger.connection(other)?.atNode === 'open');
    this.#view.check(open.length <= connectionsPerAddressMax, () => ({
      subject: 'too many connections',
      text: `${node} serves ${open.length} connections of ${client}, more than ${connectionsPerAddressMax}: ${open.join(', ')}`,
    }));
  }

  #refused({ link, node, client }: TrackedConnection): void {
    const { level, open } = this.#of(node, client);
    if (level < 1) this.#view.mark(MARK);
    this.#view.check(level < 1 + ROUNDING || open.size >= connectionsPerAddressMax, () => ({
      subject: 'refused for its address',
      text: `${node} refused ${link}, whose address may open ${level.toFixed(2)} connections, beside ${open.size} others`,
    }));
  }

  #of(node: string, client: string): Address {
    const key = `${node} ${client}`;
    const { nowMs } = this.#view;
    const address = this.#addresses.get(key) ?? { level: newConnectionsBurst, filledAtMs: nowMs, open: new Set() };
    const gained = ((nowMs - address.filledAtMs) * newConnectionsPerSecond) / 1000;
    address.level = Math.min(newConnectionsBurst, address.level + gained);
    address.filledAtMs = nowMs;
    this.#addresses.set(key, address);
    return address;
  }

  #forget(node: string): void {
    for (const key of [...this.#addresses.keys()]) if (key.startsWith(`${node} `)) this.#addresses.delete(key);
  }
}
