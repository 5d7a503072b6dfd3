import { compareTexts } from './bytes.ts';

/** Members with scores, ordered by score and, for equal scores, by member. */
export interface Scored {
  readonly member: string;
  readonly score: number;
}

export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #order: Scored[] = [];

  /** Redis converts a set that SORT reads to its other encoding, and not back. */
  isSkipList = false;

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
    const copy = new SortedSet();
    copy.isSkipList = this.isSkipList;
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
