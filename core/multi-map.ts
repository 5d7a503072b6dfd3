/** Members by key. A key without members is not there at all. Everything handed out is a copy. */
export class MultiMap<Key, Member> {
  readonly #groups = new Map<Key, Set<Member>>();

  add(key: Key, member: Member): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, new Set([member]));
    else group.add(member);
  }

  remove(key: Key, member: Member): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    group.delete(member);
    if (group.size === 0) this.#groups.delete(key);
  }

  /** A snapshot, in the order of joining: whoever walks it may change the groups meanwhile. */
  membersOf(key: Key): readonly Member[] {
    const group = this.#groups.get(key);
    return group === undefined ? [] : [...group];
  }

  /** Keys that have members. */
  get keyCount(): number {
    return this.#groups.size;
  }

  sizeOf(key: Key): number {
    return this.#groups.get(key)?.size ?? 0;
  }
}
