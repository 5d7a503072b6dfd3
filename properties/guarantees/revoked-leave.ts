/**
 * Revocations. Compares what administrators are answered with the connections that stay open or
 * are accepted later, and with the content of Redis.
 */
import { closings } from '../../core/closings.ts';
import type { RevokedSubject } from '../../core/ports.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Calm } from '../support/calm.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { HeldTokens, keysOf } from '../support/held-tokens.ts';
import { seconds } from '../support/seconds.ts';

const ELSEWHERE = 'a client was revoked at one node and connected to another';
const REWRITTEN = 'Redis lost a revocation and was sent it again';

export const revokedLeave: Property = {
  id: 'revoked-leave',
  kind: 'always',
  // Administrators are few.
  judgedWithinSeeds: 200,
  description:
    'After an administrator revoked a user or a token, its connections are closed with 4411 and it is not accepted: at once at that node, ' +
    'at others within 1 s, or within 5 s after the last fault. Redis holds each revocation, also after it lost its data. No other ' +
    'connection is closed with 4411.',
  marks: [ELSEWHERE, REWRITTEN].map((name) => ({ name, withinSeeds: 500 })),
  checker: (view) => new RevokedLeave(view),
};

const WITHIN_MS = 1000;
const AFTER_FAULT_MS = 5000;

interface Revoked {
  readonly key: string;
  readonly node: string;
  readonly atMs: number;
  /** Whether the process that answered is still alive. */
  isKnown: boolean;
  isElsewhere: boolean;
  /** All nodes have to know it. */
  isDue: boolean;
  /** In Redis when it was last looked at; `lost`: no longer. */
  stored: 'never' | 'held' | 'lost';
}

class RevokedLeave implements Checker {
  readonly observes = ['frame', 'node', 'fault', 'command'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #held: HeldTokens;
  readonly #calm: Calm;
  readonly #revoked = new Map<string, Revoked>();
  /** Links that ended in this step, with their connections. */
  readonly #ended = new Map<string, TrackedConnection>();
  /** Answered in this step. */
  #fresh: Revoked[] = [];
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#held = HeldTokens.of(view);
    this.#calm = Calm.of(view);
    this.#connections = Connections.of(view).listen({ ended: (tracked) => this.#ended.set(tracked.link, tracked) });
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'node' && (record.phase === 'crashed' || record.phase === 'stopped')) {
      for (const revoked of this.#revoked.values()) if (revoked.node === record.node) revoked.isKnown = false;
    } else if (record.type === 'fault' && record.kind === 'settled') this.#checkRedis();
    else if (record.type === 'command') this.#command(record);
    else if (record.type === 'fault' && record.kind.startsWith('redis-')) this.#look();
  }

  quiescent(): void {
    this.#ended.clear();
    for (const revoked of this.#fresh.splice(0)) this.#checkOpen(revoked, ({ node }) => node === revoked.node);
    const { nowMs } = this.#view;
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Number.POSITIVE_INFINITY;
    for (const revoked of this.#revoked.values()) if (!revoked.isDue) this.#checkDue(revoked);
  }

  #frame({ direction, phase, kind, link, node, text, code }: Extract<RunRecord, { type: 'frame' }>): void {
    if (direction !== 'down' || phase !== 'sent') return;
    if (kind === 'close') {
      if (code === closings.revoked.closeCode) this.#closed(link, node);
    } else if (text.startsWith('{"type":"revoked"')) this.#answered(node, text);
    else if (text.startsWith('{"type":"authenticated"') || text.startsWith('{"type":"refreshed"'))
      this.#accepted(link, node);
  }

  #answered(node: string, text: string): void {
    const { subject, name } = JSON.parse(text) as { subject: RevokedSubject; name: string };
    const key = `${subject}:${name}`;
    const isElsewhere = [...this.#connections.open.values()].some(
      (tracked) => tracked.node !== node && this.#isOf(tracked, key),
    );
    const { nowMs } = this.#view;
    const revoked = {
      key,
      node,
      atMs: nowMs,
      isKnown: true,
      isElsewhere,
      isDue: false,
      stored: 'never',
    } satisfies Revoked;
    this.#revoked.set(key, revoked);
    this.#fresh.push(revoked);
    this.#nextMs = Math.min(this.#nextMs, nowMs + WITHIN_MS);
  }

  #checkDue(revoked: Revoked): void {
    const { nowMs } = this.#view;
    const dueAtMs = Math.max(revoked.atMs + WITHIN_MS, this.#calm.sinceMs(nowMs) + AFTER_FAULT_MS);
    if (nowMs <= dueAtMs) {
      this.#nextMs = Math.min(this.#nextMs, dueAtMs + 1);
      return;
    }
    // Lost with the process that answered, before it could write it.
    if (!revoked.isKnown && !this.#stored().has(revoked.key)) {
      this.#revoked.delete(revoked.key);
      return;
    }
    revoked.isDue = true;
    if (revoked.isElsewhere) this.#view.mark(ELSEWHERE);
    this.#checkOpen(revoked, () => true);
  }

  #checkOpen({ key, node, atMs }: Revoked, isMeant: (tracked: TrackedConnection) => boolean): void {
    const open = [...this.#connections.open.values()].find(
      (tracked) =>
        isMeant(tracked) &&
        this.#isOf(tracked, key) &&
        // To a slow reader over TCP, a closing frame waits in the stream before it is sent.
        !isSlow(tracked, this.#view.nowMs) &&
        this.#view.ledger.connection(tracked.link)?.atNode === 'open',
    );
    this.#view.check(open === undefined, () => ({
      subject: 'revoked connection',
      text: `${node} answered at ${seconds(atMs)} that ${key} is revoked, but ${open?.link} is open at ${open?.node}`,
    }));
  }

  #accepted(link: string, node: string): void {
    const token = this.#held.of(link);
    if (token === undefined || this.#revoked.size === 0) return;
    const [revoked] = keysOf(token).flatMap((key) => this.#revoked.get(key) ?? []);
    if (revoked === undefined) return;
    const isOwn = revoked.node === node && revoked.isKnown;
    const isCalm = this.#view.nowMs > this.#calm.sinceMs(this.#view.nowMs) + AFTER_FAULT_MS;
    const mustKnow = isOwn || (revoked.isDue && isCalm && this.#stored().has(revoked.key));
    this.#view.check(!mustKnow, () => ({
      subject: 'revoked token accepted',
      text: `${node} accepted the token of ${link}, although ${revoked.key} was revoked at ${seconds(revoked.atMs)}`,
    }));
  }

  #closed(link: string, node: string): void {
    const token = this.#held.of(link);
    // A token that is refused at the first frame is not known here.
    if (token === undefined || this.#ended.get(link)?.connection == null) return;
    this.#view.check(this.#held.mayBeRevoked(token), () => ({
      subject: 'ended as revoked',
      text: `${node} closed ${link} as revoked, but no client has asked for it`,
    }));
  }

  #command({ command, phase }: Extract<RunRecord, { type: 'command' }>): void {
    if (command === 'hset' && phase === 'applied') this.#look();
  }

  #look(): void {
    if (this.#revoked.size === 0) return;
    const stored = this.#stored();
    for (const revoked of this.#revoked.values()) {
      if (stored.has(revoked.key)) {
        if (revoked.stored === 'lost') this.#view.mark(REWRITTEN);
        revoked.stored = 'held';
      } else if (revoked.stored === 'held') revoked.stored = 'lost';
    }
  }

  #checkRedis(): void {
    const stored = this.#stored();
    const missing = [...this.#revoked.values()].filter(({ key, isKnown }) => isKnown && !stored.has(key));
    this.#view.check(missing.length === 0, () => ({
      subject: 'revocation missing in Redis',
      text: `after settling, Redis lacks ${missing[0]?.key}, which ${missing[0]?.node} has revoked at ${seconds(missing[0]?.atMs ?? 0)}`,
    }));
  }

  #stored(): ReadonlySet<string> {
    const value = this.#view.ledger.redisValue('revocations');
    return new Set(value instanceof Map ? (value as Map<string, string>).keys() : []);
  }

  #isOf({ link }: TrackedConnection, key: string): boolean {
    const token = this.#held.of(link);
    return token !== undefined && keysOf(token).includes(key);
  }
}
