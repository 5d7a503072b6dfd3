import { bytesOf, compareTexts } from './bytes.ts';
import type { Settings } from './settings/settings.ts';

/** Members with scores, ordered by score and, for equal scores, by member. */
export interface Scored {
  readonly member: string;
  readonly score: number;
}

/** Whether a set of this size, with this member as the longest, is too large for a list. */
export function exceedsList(size: number, member: string, settings: Settings): boolean {
  return (
    size > settings.number('zset-max-listpack-entries') ||
    bytesOf(member).length > settings.number('zset-max-listpack-value')
  );
}

export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #order: Scored[] = [];

  /**
   * Redis stores a small set as a list. A set that grows, or that SORT reads, becomes a skip list,
   * and stays one.
   */
  isSkipList: boolean;

  constructor(isSkipList = false) {
    this.isSkipList = isSkipList;
  }

  get size(): number {
    return this.#order.length;
  }

  /** Lowest first. */
  get order(): readonly Scored[] {
    return this.#order;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  set(member: string, score: number): void {
    const before = this.#scores.get(member);
    if (before === score) return;
    if (before !== undefined) this.#order.splice(this.#indexOf(member, before), 1);
    this.#scores.set(member, score);
    this.#order.splice(this.#indexOf(member, score), 0, { member, score });
  }

  /** Stores a score as Redis does: a list does not keep the sign of zero. */
  store(member: string, score: number, settings: Settings): void {
    if (!this.isSkipList && !this.#scores.has(member)) this.isSkipList = exceedsList(this.size + 1, member, settings);
    this.set(member, this.isSkipList ? score : score + 0);
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#order.splice(this.#indexOf(member, score), 1);
    return this.#scores.delete(member);
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#indexOf(member, score);
  }

  copy(): SortedSet {
    const copy = new SortedSet(this.isSkipList);
    for (const { member, score } of this.#order) {
      copy.#scores.set(member, score);
      copy.#order.push({ member, score });
    }
    return copy;
  }

  /** Returns the index of the pair, or the index at which to insert it, by binary search. */
  #indexOf(member: string, score: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#order[middle] as Scored;
      if (at.score < score || (at.score === score && compareTexts(at.member, member) < 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The set that a command stores which computes its members. */
export function storedSet(scored: readonly Scored[], settings: Settings): SortedSet {
  const set = new SortedSet(scored.some(({ member }) => exceedsList(scored.length, member, settings)));
  for (const { member, score } of scored) set.store(member, score, settings);
  return set;
}
