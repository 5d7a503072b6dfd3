/**
 * What administrators see and do. Compares the pages that they are sent with the connections that
 * the gateway's probe reports, and the connections that end with those that they named.
 */
import { closings } from '../../core/closings.ts';
import type { ClientEntry } from '../../core/protocol.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, PROMPT_MS } from '../support/connections.ts';
import { reportOf } from '../support/testimony.ts';

export const adminActs: Property = {
  id: 'admin-acts',
  kind: 'always',
  // Administrators are few, and most of their requests are of other kinds.
  judgedWithinSeeds: 200,
  description:
    'A page of clients lists the authenticated connections of the node behind its start, oldest first, with their users and roles, ' +
    'and names the next page if there are more. A connection is closed with 4410 if and only if an administrator has named it.',
  checker: (view) => new AdminActs(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

interface Page {
  readonly id: number;
  readonly clients: readonly ClientEntry[];
  readonly next: number | null;
}

/** The start of a page that was requested. */
interface PageRequest {
  readonly after: number;
  readonly arrivedAtMs: number;
}

/** What a client was sent about itself. */
interface Holder {
  readonly link: string;
  readonly connection: string;
  readonly user: string;
  role: string;
}

/** The connections of a process, by name, in the order in which they were opened. */
interface Opened {
  count: number;
  readonly connections: Map<string, { readonly number: number; isAuthenticated: boolean }>;
}

class AdminActs implements Checker {
  readonly observes = ['frame', 'probe', 'node'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #opened = new Map<string, Opened>();
  readonly #holders = new Map<string, Holder>();
  readonly #byConnection = new Map<string, Holder>();
  /** By link and id. */
  readonly #requested = new Map<string, PageRequest>();
  /** Connections that administrators have named. */
  readonly #named = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#connections = Connections.of(view);
  }

  observe(record: RunRecord): void {
    if (record.type === 'probe') this.#onProbe(record);
    else if (record.type === 'node' && record.phase !== 'ready') this.#opened.delete(record.node);
    else if (record.type !== 'frame') return;
    else if (record.direction === 'up' && record.phase === 'delivered') this.#arrived(record);
    else if (record.direction === 'down' && record.phase === 'sent') this.#sent(record);
  }

  #onProbe(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { node, name, fields } = reportOf(record);
    if (!name.startsWith('connection.')) return;
    const opened = this.#openedAt(node);
    const connection = String(fields['connection']);
    if (name === 'connection.opened')
      opened.connections.set(connection, { number: (opened.count += 1), isAuthenticated: false });
    else if (name === 'connection.closed') {
      opened.connections.delete(connection);
      this.#byConnection.delete(connection);
    } else if (name === 'connection.authenticated') {
      const known = opened.connections.get(connection);
      if (known !== undefined) known.isAuthenticated = true;
    }
  }

  #arrived({ kind, link, text, atMs }: FrameRecord): void {
    if (kind !== 'text') return;
    if (text.startsWith('{"type":"clients"')) {
      const { id, after = 0 } = JSON.parse(text) as { id: number; after?: number };
      this.#requested.set(`${link} ${id}`, { after, arrivedAtMs: atMs });
    } else if (text.startsWith('{"type":"disconnect"') && this.#holders.get(link)?.role === 'admin') {
      this.#named.add((JSON.parse(text) as { connection: string }).connection);
    }
  }

  #sent({ kind, link, node, text, code }: FrameRecord): void {
    if (kind === 'close') this.#closed(link, code);
    else if (kind !== 'text') return;
    else if (text.startsWith('{"type":"authenticated"')) {
      const holder = { ...(JSON.parse(text) as Omit<Holder, 'link'>), link };
      this.#holders.set(link, holder);
      this.#byConnection.set(holder.connection, holder);
    } else if (text.startsWith('{"type":"refreshed"')) {
      const holder = this.#holders.get(link);
      if (holder !== undefined) holder.role = (JSON.parse(text) as Holder).role;
    } else if (text.startsWith('{"type":"clients"')) this.#checkPage(link, node, JSON.parse(text) as Page);
    else if (text.startsWith('{"type":"disconnected"')) this.#checkGone(link, text);
  }

  #checkPage(link: string, node: string, { id, clients, next }: Page): void {
    const { nowMs } = this.#view;
    const { after, arrivedAtMs } = this.#requested.get(`${link} ${id}`) ?? { after: 0, arrivedAtMs: nowMs };
    this.#requested.delete(`${link} ${id}`);
    // Over TCP, what a slow reader is sent leaves the process later than the gateway wrote it.
    if (this.#isSlow(link) || nowMs - arrivedAtMs > PROMPT_MS) return;
    const all = [...this.#openedAt(node).connections].filter(
      ([, { number, isAuthenticated }]) => isAuthenticated && number > after,
    );
    const page = all.slice(0, simulatedLimits.clientsPerPageMax);
    const expected = page.map(([connection, { number }]) => `${number} ${connection}${this.#holderShown(connection)}`);
    const actual = clients.map(({ number, connection, user, role }) => {
      const isKnown = this.#holderShown(connection) !== '';
      return `${number} ${connection}${isKnown ? ` ${user} ${role}` : ''}`;
    });
    const hasMore = all.length > expected.length;
    const isRight = actual.join() === expected.join() && next === (hasMore ? (clients.at(-1)?.number ?? null) : null);
    this.#view.check(isRight, () => ({
      subject: 'wrong page',
      text: `${link} was sent the clients ${actual.join(', ')} and next ${next}, but ${node} has ${expected.join(', ')}`,
    }));
  }

  /** Empty for a slow reader: it may not have been sent yet what it is. */
  #holderShown(connection: string): string {
    const holder = this.#byConnection.get(connection);
    return holder === undefined || this.#isSlow(holder.link) ? '' : ` ${holder.user} ${holder.role}`;
  }

  #isSlow(link: string): boolean {
    const tracked = this.#connections.open.get(link);
    return tracked === undefined || isSlow(tracked, this.#view.nowMs);
  }

  #checkGone(link: string, text: string): void {
    const { connection } = JSON.parse(text) as { connection: string };
    const tracked = this.#connections.named(connection);
    this.#view.check(tracked === undefined || isSlow(tracked, this.#view.nowMs), () => ({
      subject: 'still connected',
      text: `${link} was sent that ${connection} is disconnected, but it is open`,
    }));
  }

  #closed(link: string, code: number): void {
    const holder = this.#holders.get(link);
    this.#holders.delete(link);
    if (code !== closings.disconnected.closeCode) return;
    this.#view.check(holder !== undefined && this.#named.has(holder.connection), () => ({
      subject: 'disconnected by no administrator',
      text: `${link} was closed with ${code}, but no administrator has named it`,
    }));
  }

  #openedAt(node: string): Opened {
    let opened = this.#opened.get(node);
    if (opened === undefined) this.#opened.set(node, (opened = { count: 0, connections: new Map() }));
    return opened;
  }
}
