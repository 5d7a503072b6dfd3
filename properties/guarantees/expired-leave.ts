/**
 * Expiry of tokens while their connections are open. Computed from the expiry that clients are
 * sent, which `valid-tokens` compares with the tokens, and from the simulator's wall clock.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { simulatedLimits } from '../configuration.ts';
import { Connections, isSlow, type TrackedConnection } from '../support/connections.ts';
import { Pauses } from '../support/pauses.ts';
import { seconds } from '../support/seconds.ts';

const ENDED = 'an expired token ended a connection';
const REFRESHED = 'a token was refreshed shortly before its expiry';
const LATE = 'a new token arrived after the expiry of the old one';

export const expiredLeave: Property = {
  id: 'expired-leave',
  kind: 'always',
  description:
    'A connection whose token has expired, beyond the tolerance, is closed with 4401 at its next frame, a new token included, or ' +
    'within one sweep. No other connection is closed as expired.',
  marks: [ENDED, REFRESHED, LATE].map((name) => ({ name, withinSeeds: 500 })),
  checker: (view) => new ExpiredLeave(view),
};

/** Wall time at the start of a run. */
const EPOCH_MS = 1_767_225_600_000;
/** Wall clocks show whole milliseconds. */
const ROUNDING_MS = 1;
/** Tolerance for late timers. */
const SLACK_MS = 100;
const ENDED_WITHIN_MS = simulatedLimits.sweepEveryMs + SLACK_MS;
const SHORTLY_MS = 2000;
/** No run lasts as long. */
const FAR_MS = 600_000;

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class ExpiredLeave implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #pauses: Pauses;
  readonly #clocks: Pauses;
  /** Virtual time from which the token of a link is no longer valid, if it comes in this run. */
  readonly #endsAtMs = new Map<string, number>();
  /** The connections of links that ended in this step. */
  readonly #ended = new Map<string, TrackedConnection>();
  /** Nothing is overdue before. */
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#pauses = Pauses.of(view);
    this.#clocks = Pauses.ofClocks(view);
    this.#connections = Connections.of(view).listen({ ended: (tracked) => this.#ended.set(tracked.link, tracked) });
  }

  observe({ direction, phase, kind, link, node, text, code }: FrameRecord): void {
    if (direction === 'up') {
      const isLate = phase === 'delivered' && text.startsWith('{"type":"refresh"') && this.#isOver(link);
      if (isLate) this.#view.mark(LATE);
    } else if (phase !== 'sent') return;
    else if (kind === 'close') {
      // Before the authentication, the code has another reason.
      if (code === closings.expired.closeCode && this.#ended.get(link)?.connection != null) this.#closed(link, node);
    } else if (text.startsWith('{"type":"authenticated"')) this.#renew(link, text);
    else if (text.startsWith('{"type":"refreshed"')) {
      this.#refreshed(link, node);
      this.#renew(link, text);
    }
  }

  quiescent(): void {
    if (this.#ended.size > 0) {
      for (const link of this.#ended.keys()) this.#endsAtMs.delete(link);
      this.#ended.clear();
    }
    const { nowMs } = this.#view;
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Number.POSITIVE_INFINITY;
    for (const [link, endsAtMs] of this.#endsAtMs) {
      const tracked = this.#connections.open.get(link);
      if (tracked === undefined) continue;
      const { node } = tracked;
      const fromMs = Math.max(endsAtMs, this.#pauses.lastMs(node, nowMs), this.#clocks.lastMs(node, nowMs));
      const dueAtMs = fromMs + ENDED_WITHIN_MS;
      if (nowMs > dueAtMs) this.#overdue(tracked, endsAtMs);
      // Later, if it is disturbed at the moment.
      else this.#nextMs = Math.min(this.#nextMs, dueAtMs + ROUNDING_MS);
    }
  }

  /** To a slow reader over TCP, a closing frame waits in the stream before it is sent. */
  #overdue(tracked: TrackedConnection, endsAtMs: number): void {
    const { link, node } = tracked;
    this.#endsAtMs.delete(link);
    if (isSlow(tracked, this.#view.nowMs) || this.#view.ledger.connection(link)?.atNode !== 'open') return;
    this.#view.check(false, () => ({
      subject: 'expired connection',
      text: `the token of ${link} expired at ${seconds(endsAtMs)}, but ${node} holds it open`,
    }));
  }

  #renew(link: string, text: string): void {
    const { expiresAtMs } = JSON.parse(text) as { expiresAtMs: number };
    const endsAtMs = expiresAtMs - EPOCH_MS + simulatedLimits.clockToleranceMs;
    if (endsAtMs > FAR_MS) {
      this.#endsAtMs.delete(link);
      return;
    }
    this.#endsAtMs.set(link, endsAtMs);
    this.#nextMs = Math.min(this.#nextMs, endsAtMs + ENDED_WITHIN_MS + ROUNDING_MS);
  }

  #refreshed(link: string, node: string): void {
    const endsAtMs = this.#endsAtMs.get(link);
    if (endsAtMs === undefined || this.#isClockWrong(node)) return;
    const { nowMs } = this.#view;
    if (endsAtMs - nowMs < SHORTLY_MS) this.#view.mark(REFRESHED);
    this.#view.check(nowMs < endsAtMs + ROUNDING_MS, () => ({
      subject: 'refreshed after the expiry',
      text: `the token of ${link} expired at ${seconds(endsAtMs)}, but ${node} replaced it at ${seconds(nowMs)}`,
    }));
  }

  #closed(link: string, node: string): void {
    if (this.#isClockWrong(node)) return;
    const { nowMs } = this.#view;
    const endsAtMs = this.#endsAtMs.get(link);
    if (endsAtMs !== undefined) this.#view.mark(ENDED);
    this.#view.check(endsAtMs !== undefined && nowMs >= endsAtMs - ROUNDING_MS, () => ({
      subject: 'ended as expired',
      text: `${node} closed ${link} as expired, but its token ${endsAtMs === undefined ? 'lives for hours' : `expires at ${seconds(endsAtMs)}`}`,
    }));
  }

  #isOver(link: string): boolean {
    const endsAtMs = this.#endsAtMs.get(link);
    return endsAtMs !== undefined && this.#view.nowMs > endsAtMs && this.#connections.open.has(link);
  }

  #isClockWrong(node: string): boolean {
    const { nowMs } = this.#view;
    return this.#clocks.disturbed(node, nowMs, ENDED_WITHIN_MS);
  }
}
