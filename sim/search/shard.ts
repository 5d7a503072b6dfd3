/**
 * Divides a campaign among machines: each of `count` shards runs every `count`-th seed. Shards have
 * no seed in common and together run all of them, whether a number or a time ends them.
 */

export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 1, count: 1 };

const COUNT_MAX = 10_000;

/** Parses a shard such as `2/3`; null for any other text. */
export function parseShard(text: string): Shard | null {
  const [, index = 0, count = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count && count <= COUNT_MAX ? { index, count } : null;
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** The position in the whole campaign of the `nth` seed of a shard. Both are counted from 0. */
export function placeIn({ index, count }: Shard, nth: number): number {
  return index - 1 + nth * count;
}
