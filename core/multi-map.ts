/** A map from a key to a set of members. A key without members is absent. */
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

  /**
   * A snapshot in the order of insertion, so callers may change the map while they iterate over it.
   */
  membersOf(key: Key): readonly Member[] {
    const group = this.#groups.get(key);
    return group === undefined ? [] : [...group];
  }

  /** Number of keys with members. */
  get keyCount(): number {
    return this.#groups.size;
  }

  sizeOf(key: Key): number {
    return this.#groups.get(key)?.size ?? 0;
  }
}
