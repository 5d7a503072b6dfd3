/**
 * The limit of connections of a user: compares the close code 4409 with the connections that the
 * user has at all nodes, by the frames of both sides.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Calm } from '../support/calm.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { seconds } from '../support/seconds.ts';

const ELSEWHERE = 'a connection was replaced by one at another node';

export const userLimit: Property = {
  id: 'user-limit',
  kind: 'always',
  description:
    'Above the limit of connections of a user, the oldest ones at all nodes are closed with 4409: at once if all are at one node, ' +
    'else within 2 s, or within 5 s after the last fault. No other connection is closed with 4409, and the newest one never is.',
  marks: [{ name: ELSEWHERE, withinSeeds: 500 }],
  checker: (view) => new UserLimit(view),
};

const { connectionsPerUserMax } = simulatedLimits;

const WITHIN_MS = 2000;
const AFTER_FAULT_MS = 5000;
/** Nodes know the order of authentications by estimates of a common clock. */
const SAME_AGE_MS = 3000;
/** A connection that has ended may count for this time, because its end was not written yet. */
const GONE_AFTER_MS = 2000;
const GONE_AFTER_FAULT_MS = 15_000;

/** An authenticated connection, also for a while after its end. */
interface Entry {
  readonly tracked: TrackedConnection;
  readonly enteredAtMs: number;
  endedAtMs: number | null;
}

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class UserLimit implements Checker {
  readonly observes = ['frame', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #calm: Calm;
  readonly #held: HeldTokens;
  /** By user, oldest first. */
  readonly #entries = new Map<string, Entry[]>();
  /** Users with too many connections. */
  readonly #over = new Set<string>();
  /** Connections that were authenticated in this step. */
  #entered: TrackedConnection[] = [];

  constructor(view: CheckerView) {
    this.#view = view;
    this.#calm = Calm.of(view);
    this.#held = HeldTokens.of(view);
    Connections.of(view).listen({
      authenticated: (tracked) => void this.#entered.push(tracked),
      closing: (tracked) => this.#ended(tracked),
      ended: (tracked) => this.#ended(tracked),
    });
  }

  observe(record: RunRecord): void {
    if (record.type !== 'frame') return;
    const { kind, direction, phase, code } = record;
    if (kind !== 'close' || direction !== 'down' || phase !== 'sent') return;
    if (code === closings.replaced.closeCode) this.#replaced(record);
  }

  quiescent(): void {
    // `HeldTokens` knows the token from the same frame.
    for (const tracked of this.#entered.splice(0)) this.#enter(tracked);
    for (const user of this.#over) this.#checkOver(user);
  }

  #enter(tracked: TrackedConnection): void {
    const user = this.#userOf(tracked.link);
    const { nowMs } = this.#view;
    const entries = (this.#entries.get(user) ?? []).filter(
      ({ endedAtMs }) => endedAtMs === null || endedAtMs > nowMs - GONE_AFTER_FAULT_MS,
    );
    entries.push({ tracked, enteredAtMs: nowMs, endedAtMs: null });
    this.#entries.set(user, entries);
    const open = entries.filter((entry) => this.#isOpen(entry));
    const here = open.filter(({ tracked: { node } }) => node === tracked.node);
    this.#view.check(here.length <= connectionsPerUserMax, () => ({
      subject: 'too many connections at one node',
      text: `${tracked.node} serves ${here.length} connections of ${user}: ${linksOf(here)}`,
    }));
    if (open.length > connectionsPerUserMax) this.#over.add(user);
  }

  #ended(tracked: TrackedConnection): void {
    const user = this.#userOf(tracked.link);
    const entries = this.#entries.get(user) ?? [];
    const entry = entries.find((other) => other.tracked === tracked);
    if (entry === undefined) return;
    entry.endedAtMs ??= this.#view.nowMs;
    if (entries.filter(({ endedAtMs }) => endedAtMs === null).length <= connectionsPerUserMax) this.#over.delete(user);
  }

  /** Newer connections do not count: others may have just left for them. */
  #checkOver(user: string): void {
    const { nowMs } = this.#view;
    if (nowMs <= this.#calm.sinceMs(nowMs) + AFTER_FAULT_MS) return;
    const open = (this.#entries.get(user) ?? []).filter(
      (entry) => entry.enteredAtMs < nowMs - WITHIN_MS && this.#isOpen(entry),
    );
    this.#view.check(open.length <= connectionsPerUserMax, () => ({
      subject: 'too many connections',
      text: `${user} has ${open.length} connections since ${seconds(open.at(-1)?.enteredAtMs ?? 0)}, for longer than ${WITHIN_MS} ms: ${linksOf(open)}`,
    }));
  }

  /** To a slow reader over TCP, a closing frame waits in the stream before it is sent. */
  #isOpen({ tracked, endedAtMs }: Entry): boolean {
    const isOpen = this.#view.ledger.connection(tracked.link)?.atNode === 'open';
    return endedAtMs === null && isOpen && !isSlow(tracked, this.#view.nowMs);
  }

  #replaced({ link, node }: FrameRecord): void {
    const { nowMs } = this.#view;
    const entries = this.#entries.get(this.#userOf(link)) ?? [];
    const own = entries.find(({ tracked }) => tracked.link === link);
    const isCalm = nowMs > this.#calm.sinceMs(nowMs) + AFTER_FAULT_MS;
    const goneBeforeMs = nowMs - (isCalm ? GONE_AFTER_MS : GONE_AFTER_FAULT_MS);
    const younger = entries.filter(
      (entry) =>
        entry !== own &&
        entry.enteredAtMs >= (own?.enteredAtMs ?? Infinity) - SAME_AGE_MS &&
        (entry.endedAtMs === null || entry.endedAtMs >= goneBeforeMs),
    );
    // The one that replaces it is not in the list yet if it was authenticated in this step.
    const entering = this.#entered.filter((tracked) => this.#userOf(tracked.link) === this.#userOf(link));
    const here = [...younger.map(({ tracked }) => tracked), ...entering];
    const isElsewhere = here.filter((tracked) => tracked.node === node).length < connectionsPerUserMax;
    if (isElsewhere && here.length >= connectionsPerUserMax) this.#view.mark(ELSEWHERE);
    // A gateway replaces the oldest before it answers the new one.
    const count = here.length + (entering.length === 0 ? 1 : 0);
    this.#view.check(own !== undefined && count >= connectionsPerUserMax, () => ({
      subject: 'replaced too early',
      text: `${node} replaced ${link}, beside ${younger.length} younger connections: ${linksOf(younger)}`,
    }));
  }

  #userOf(link: string): string {
    return this.#held.of(link)?.user ?? '';
  }
}

function linksOf(entries: readonly Entry[]): string {
  return entries.map(({ tracked: { link, node } }) => `${link} at ${node}`).join(', ');
}
