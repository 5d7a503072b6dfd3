/**
 * One subscriber and one channel: what may be delivered, what must be, and what was.
 *
 * Judged in favour of the system wherever the history leaves something open. A subscribe or unsubscribe whose outcome is unknown may have
 * taken effect, may not have, and may yet: until the connection ends, both going on and stopping are allowed, and so is a fresh start.
 */
import type { Breach, SubscriberEvent } from './events.ts';
import type { Guarantees } from './guarantees.ts';
import { Positions } from './positions.ts';
import type { ChannelLog, Mark } from './publications.ts';

type Wrong = Pick<Breach, 'kind' | 'position' | 'text'>;
type Asked = Extract<SubscriberEvent, { type: 'subscribe' | 'resume' | 'unsubscribe' }>;

export class Subscription {
  readonly #guarantees: Guarantees;
  readonly #log: ChannelLog;
  readonly #report: (wrong: Wrong) => void;
  /** Answered, and no end of it since. */
  #answered = false;
  /** Subscribes that were begun and not answered. */
  #beginning = 0;
  /** Subscribes and unsubscribes of which nobody knows. */
  #perhapsBegun = 0;
  #perhapsEnded = 0;
  /** Unsubscribes that were begun and not answered. */
  #ending = 0;
  /** What comes next may be the first of a fresh subscription. */
  #mayRestart = false;
  #delivered = new Positions();
  #lastValue: string | undefined;
  /** Where a resume goes on after; null for a subscription that begins afresh. */
  #resumedAfter: number | null = null;
  /** The first position owed; null where only the log can say, by when it was asked for and answered. */
  #owedFrom: number | null = null;
  #asked: Mark;
  #since: Mark | null = null;
  /** The publisher's epoch when it was answered, or when the highest position was delivered. */
  #epoch = 0;

  constructor(guarantees: Guarantees, log: ChannelLog, report: (wrong: Wrong) => void) {
    this.#guarantees = guarantees;
    this.#log = log;
    this.#asked = log.mark();
    this.#report = report;
  }

  ask({ type, phase, position }: Asked): void {
    if (type === 'unsubscribe') this.#unsubscribe(phase, position);
    else if (phase === 'begin') this.#begin(type, position);
    else if (this.#beginning > 0) {
      this.#beginning -= 1;
      if (phase === 'ok') this.#begun(position);
      else if (phase === 'unknown') this.#perhapsBegun += 1;
      else if (this.#beginning + this.#perhapsBegun === 0) this.#mayRestart = false;
    }
  }

  /** An end that was answered or announced: what still comes belongs to a subscribe that was begun before, if any. */
  end(lastPosition?: number): void {
    // An end that is not answered yet comes later in the stream.
    const wasOwed = this.#answered && this.#perhapsEnded === 0;
    if (lastPosition !== undefined && wasOwed) this.#checkComplete(this.#unchecked(), lastPosition);
    this.#answered = false;
    if (this.#isOpen) this.#startAfresh(null);
  }

  close(): void {
    this.#answered = false;
    this.#mayRestart = false;
    this.#beginning = this.#ending = this.#perhapsBegun = this.#perhapsEnded = 0;
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

  /** All has settled: what is due has arrived. Returns whether anything was. */
  settle(): boolean {
    const { due } = this.#log;
    if (due === null || !this.#isOwed || due.count <= (this.#since?.count ?? 0)) return false;
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

  /** Whether something may be delivered. */
  get #isOpen(): boolean {
    return this.#answered || this.#beginning > 0 || this.#perhapsBegun > 0;
  }

  /** Whether everything must be delivered. */
  get #isOwed(): boolean {
    return this.#answered && this.#ending === 0 && this.#perhapsEnded === 0;
  }

  #begin(type: 'subscribe' | 'resume', position: number | undefined): void {
    if (!this.#isOpen) {
      this.#asked = this.#log.mark();
      this.#startAfresh(type === 'resume' ? (position ?? this.#delivered.highest) : null);
    } else if (this.#perhapsEnded > 0) {
      // The one before it may have ended, without a word.
      this.#mayRestart = true;
    }
    this.#beginning += 1;
  }

  #begun(position: number | undefined): void {
    // Subscribing again changes nothing, unless it may have ended meanwhile.
    if (this.#answered && !this.#mayRestart) return;
    if (this.#mayRestart) this.#startAfresh(null);
    this.#answered = true;
    this.#epoch = this.#log.epoch;
    const { highest } = this.#delivered;
    if (this.#resumedAfter !== null) {
      this.#owedFrom = this.#resumedAfter + 1;
      // What was missed may come before the answer, and belongs to what it promises.
      if (highest !== null && this.#guarantees.order === 'by-position') this.#checkComplete(this.#owedFrom, highest);
      return;
    }
    if (position !== undefined) {
      this.#owedFrom = position + 1;
      return;
    }
    this.#since = this.#log.mark();
    if (highest !== null) this.#owedFrom = highest + 1;
  }

  #unsubscribe(phase: Asked['phase'], position: number | undefined): void {
    if (phase === 'begin') {
      this.#ending += 1;
      return;
    }
    if (this.#ending === 0) return;
    this.#ending -= 1;
    if (phase === 'ok') this.end(position);
    else if (phase === 'unknown') {
      this.#perhapsEnded += 1;
      // A subscribe that was begun meanwhile may have followed it.
      if (this.#beginning + this.#perhapsBegun > 0) this.#mayRestart = true;
    }
  }

  #startAfresh(after: number | null): void {
    this.#mayRestart = false;
    this.#delivered = new Positions(after);
    this.#lastValue = undefined;
    this.#resumedAfter = after;
    this.#owedFrom = null;
    this.#since = null;
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

  /** The first position that is owed in this subscription; null when nobody can say. */
  #first(): number | null {
    if (this.#owedFrom !== null) return this.#owedFrom;
    return this.#since === null ? null : this.#log.firstAfter(this.#asked, this.#since);
  }

  /** Where everything comes in order: the position that comes next. */
  #expected(): number | null {
    const { highest } = this.#delivered;
    if (highest === null) return this.#first();
    return Math.max(highest + 1, this.#owedFrom ?? -Infinity);
  }

  /** Where to look for gaps in the end: in order, those before were reported when they were left behind. */
  #unchecked(): number | null {
    return this.#guarantees.order === 'by-position' ? this.#expected() : this.#first();
  }

  /** Everything was delivered from `from` on, as far as that is known, up to `last`. */
  #checkComplete(from: number | null, last: number): void {
    if (this.#guarantees.gaps !== 'none' || from === null) return;
    const first = this.#delivered.firstMissing(from);
    if (first <= last) this.#report(missing(first, last));
  }
}

function missing(first: number, last: number): Wrong {
  return { kind: 'gap', position: first, text: `never got position ${first}${last > first ? ` to ${last}` : ''}` };
}
