/**
 * One subscriber and one channel: which messages may arrive, which must, and which did.
 *
 * Where the history leaves something open, the check favours the system. A subscribe or unsubscribe
 * with an unknown outcome may have taken effect, may not have, or may still: until the connection
 * ends, delivery may go on, stop, or start afresh.
 */
import type { Breach, SubscriberEvent } from './events.ts';
import type { Guarantees } from './guarantees.ts';
import { Positions } from './positions.ts';
import type { ChannelLog, Mark } from './publications.ts';

type Wrong = Pick<Breach, 'kind' | 'position' | 'text'>;
type RequestEvent = Extract<SubscriberEvent, { type: 'subscribe' | 'resume' | 'unsubscribe' }>;

/** A subscribe or unsubscribe without a known outcome. */
interface OpenRequest {
  readonly type: 'subscribe' | 'unsubscribe';
  /** `unknown`: the answer did not show whether the request took effect. */
  state: 'pending' | 'unknown';
}

export class Subscription {
  readonly #guarantees: Guarantees;
  readonly #log: ChannelLog;
  readonly #report: (wrong: Wrong) => void;
  /** Whether a subscribe was answered without a later answered unsubscribe. */
  #answered = false;
  /** In the order in which they began. */
  #requests: OpenRequest[] = [];
  /** The next message may be the first of a fresh subscription. */
  #mayRestart = false;
  #delivered = new Positions();
  #lastValue: string | undefined;
  /** The position after which a resume continues; null for a new subscription. */
  #resumedAfter: number | null = null;
  /** The first position owed; null if it must be derived from `#requestedAt` and `#answeredAt`. */
  #owedFrom: number | null = null;
  #requestedAt: Mark;
  #answeredAt: Mark | null = null;
  /** The publisher's epoch at the answer, or when the highest position arrived. */
  #epoch = 0;

  constructor(guarantees: Guarantees, log: ChannelLog, report: (wrong: Wrong) => void) {
    this.#guarantees = guarantees;
    this.#log = log;
    this.#requestedAt = log.mark();
    this.#report = report;
  }

  request({ type, phase, position }: RequestEvent): void {
    if (type === 'unsubscribe') this.#unsubscribe(phase, position);
    else if (phase === 'begin') this.#begin(type, position);
    else if (this.#answerRequest('subscribe', phase)) {
      if (phase === 'ok') this.#begun(position);
      else if (phase === 'fail' && !this.#has('subscribe')) this.#mayRestart = false;
    }
  }

  /**
   * Ends the subscription, by an answer or a revocation. Later messages belong to an earlier open
   * subscribe, if any.
   */
  end(lastPosition?: number): void {
    // A pending unsubscribe takes effect later in the stream.
    const wasOwed = this.#answered && !this.#has('unsubscribe', 'unknown');
    if (lastPosition !== undefined && wasOwed) this.#checkComplete(this.#unchecked(), lastPosition);
    this.#answered = false;
    if (this.#isOpen) this.#startAfresh(null);
  }

  close(): void {
    this.#answered = false;
    this.#mayRestart = false;
    this.#requests = [];
  }

  deliver(position: number, value: string | undefined): void {
    if (!this.#isOpen) {
      if (this.#guarantees.afterEnd === 'allowed') return;
      this.#report({
        kind: 'after-end',
        position,
        text: `was delivered position ${position} without being subscribed`,
      });
      return;
    }
    const wrong = this.#wrongWith(position);
    if (wrong !== null && this.#mayRestart) {
      this.#answered = false;
      this.#startAfresh(null);
    } else if (wrong !== null) this.#report(wrong);
    if (position >= (this.#delivered.highest ?? position)) {
      this.#lastValue = value;
      this.#epoch = this.#log.epoch;
    }
    this.#delivered.add(position);
  }

  /** Everything has settled: checks that all due messages arrived. Returns whether any was due. */
  settle(): boolean {
    const { due } = this.#log;
    if (due === null || !this.#isOwed || due.count <= (this.#answeredAt?.count ?? 0)) return false;
    const { position, value, epoch } = due;
    if (epoch < this.#epoch || (epoch === this.#epoch && position < (this.#owedFrom ?? position))) return false;
    const { gaps, newestInTheEnd } = this.#guarantees;
    const { highest } = this.#delivered;
    const isBehind = highest === null || highest < position || this.#epoch < epoch;
    if (gaps === 'none' && this.#epoch === epoch) this.#checkComplete(this.#unchecked(), position);
    else if (newestInTheEnd && isBehind && (value === undefined || value !== this.#lastValue))
      this.#report({ kind: 'newest', position, text: `never got position ${position}, the newest` });
    return true;
  }

  /** Whether messages may be delivered. */
  get #isOpen(): boolean {
    return this.#answered || this.#has('subscribe');
  }

  /** Whether all messages must be delivered. */
  get #isOwed(): boolean {
    return this.#answered && !this.#has('unsubscribe');
  }

  #has(type: OpenRequest['type'], state?: OpenRequest['state']): boolean {
    return this.#requests.some((request) => request.type === type && (state ?? request.state) === request.state);
  }

  /** Closes the oldest pending request, or keeps it as unknown. False without a pending one. */
  #answerRequest(type: OpenRequest['type'], phase: RequestEvent['phase']): boolean {
    const index = this.#requests.findIndex((request) => request.type === type && request.state === 'pending');
    const request = this.#requests[index];
    if (request === undefined) return false;
    if (phase === 'unknown') request.state = 'unknown';
    else this.#requests.splice(index, 1);
    return true;
  }

  #begin(type: 'subscribe' | 'resume', position: number | undefined): void {
    if (!this.#isOpen) {
      this.#requestedAt = this.#log.mark();
      this.#startAfresh(type === 'resume' ? (position ?? this.#delivered.highest) : null);
    } else if (this.#has('unsubscribe', 'unknown')) {
      // The previous subscription may have ended without an answer.
      this.#mayRestart = true;
    }
    this.#requests.push({ type: 'subscribe', state: 'pending' });
  }

  #begun(position: number | undefined): void {
    // A second subscribe has no effect unless the first subscription may have ended.
    if (this.#answered && !this.#mayRestart) return;
    if (this.#mayRestart) this.#startAfresh(null);
    this.#answered = true;
    this.#epoch = this.#log.epoch;
    const { highest } = this.#delivered;
    if (this.#resumedAfter !== null) {
      this.#owedFrom = this.#resumedAfter + 1;
      // Missed messages may arrive before the answer, and the resume owes them too.
      if (highest !== null && this.#guarantees.order === 'by-position') this.#checkComplete(this.#owedFrom, highest);
      return;
    }
    if (position !== undefined) {
      this.#owedFrom = position + 1;
      return;
    }
    this.#answeredAt = this.#log.mark();
    if (highest !== null) this.#owedFrom = highest + 1;
  }

  #unsubscribe(phase: RequestEvent['phase'], position: number | undefined): void {
    if (phase === 'begin') {
      this.#requests.push({ type: 'unsubscribe', state: 'pending' });
      return;
    }
    if (!this.#answerRequest('unsubscribe', phase)) return;
    if (phase === 'ok') this.end(position);
    // A subscribe that is still open may have followed it.
    else if (phase === 'unknown' && this.#has('subscribe')) this.#mayRestart = true;
  }

  #startAfresh(after: number | null): void {
    this.#mayRestart = false;
    this.#delivered = new Positions(after);
    this.#lastValue = undefined;
    this.#resumedAfter = after;
    this.#owedFrom = null;
    this.#answeredAt = null;
    this.#epoch = this.#log.epoch;
  }

  #wrongWith(position: number): Wrong | null {
    const { order, duplicates, gaps } = this.#guarantees;
    const { highest } = this.#delivered;
    if (highest !== null && position <= highest) {
      const isCopy = this.#delivered.has(position);
      if (isCopy && duplicates === 'none')
        return { kind: 'duplicate', position, text: `was delivered position ${position} twice` };
      if (!isCopy && order === 'by-position')
        return { kind: 'order', position, text: `was delivered position ${position} after ${highest}` };
      return null;
    }
    if (gaps === 'none' && order === 'by-position' && this.#answered) {
      const expected = this.#expected();
      if (expected !== null && position > expected) return missing(expected, position - 1);
    }
    return null;
  }

  /** The first position that is owed in this subscription; null if it cannot be known. */
  #first(): number | null {
    if (this.#owedFrom !== null) return this.#owedFrom;
    return this.#answeredAt === null ? null : this.#log.firstAfter(this.#requestedAt, this.#answeredAt);
  }

  /** With ordered delivery: the position that must come next. */
  #expected(): number | null {
    const { highest } = this.#delivered;
    if (highest === null) return this.#first();
    return Math.max(highest + 1, this.#owedFrom ?? -Infinity);
  }

  /**
   * The start of the final check for gaps. With ordered delivery, earlier gaps are already
   * reported.
   */
  #unchecked(): number | null {
    return this.#guarantees.order === 'by-position' ? this.#expected() : this.#first();
  }

  /** Reports a gap between `from`, if known, and `last`. */
  #checkComplete(from: number | null, last: number): void {
    if (this.#guarantees.gaps !== 'none' || from === null) return;
    const first = this.#delivered.firstMissing(from);
    if (first <= last) this.#report(missing(first, last));
  }
}

function missing(first: number, last: number): Wrong {
  return { kind: 'gap', position: first, text: `never got position ${first}${last > first ? ` to ${last}` : ''}` };
}
