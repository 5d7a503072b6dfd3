import { expect, test } from 'vitest';
import { minimalPart } from './minimal-part.ts';

const ITEMS = Array.from({ length: 86 }, (_, index) => index);

/** The part that is found, sorted, and the number of tries. */
async function search(suffices: (part: ReadonlySet<number>) => boolean) {
  let tries = 0;
  const part = await minimalPart(ITEMS, (items) => {
    tries += 1;
    return Promise.resolve(suffices(new Set(items)));
  });
  return { part: [...part].sort((a, b) => a - b), tries };
}

test.each([[[0]], [[10]], [[85]], [[3, 40]], [[0, 1, 84, 85]]])('finds %j', async (needed) => {
  const { part, tries } = await search((items) => needed.every((item) => items.has(item)));
  expect(part).toEqual(needed);
  expect(tries).toBeLessThanOrEqual(8 * needed.length);
});

test('takes the earlier one of two items that would each suffice', async () => {
  expect((await search((items) => items.has(20) || items.has(60))).part).toEqual([20]);
});

test('takes the only item', async () => {
  expect(await minimalPart(['only'], () => Promise.resolve(true))).toEqual(['only']);
});
