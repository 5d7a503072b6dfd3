import { expect, test } from 'vitest';
import { parseShard, placeIn, shardText } from './shard.ts';

test.each([1, 2, 3, 7, 100])('%i shards run each seed exactly once', (count) => {
  const places = Array.from({ length: count }, (_, at) =>
    Array.from({ length: 50 }, (_place, nth) => placeIn({ index: at + 1, count }, nth)),
  ).flat();
  expect(places.sort((left, right) => left - right)).toEqual(Array.from({ length: 50 * count }, (_, place) => place));
});

test.each(['1/1', '2/3', '10000/10000'])('%s is parsed and printed', (text) => {
  const shard = parseShard(text);
  expect(shard === null ? null : shardText(shard)).toBe(text);
});

test.each(['', '1', '0/1', '2/1', '1/0', '-1/2', '1/2/3', '1.5/2', ' 1/2', '1/10001', '1/99999999999'])(
  '%j is not a shard',
  (text) => {
    expect(parseShard(text)).toBeNull();
  },
);
