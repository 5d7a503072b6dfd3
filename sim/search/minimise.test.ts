import { describe, expect, it } from 'vitest';
import { minimise } from './minimise.ts';

const ITEMS = Array.from({ length: 1000 }, (_, index) => index);

/** The remaining items, and the number of tries. */
async function check(
  fails: (part: readonly number[]) => boolean,
  { items = ITEMS, triesMax = Number.POSITIVE_INFINITY, neededMax = Number.POSITIVE_INFINITY } = {},
): Promise<{ rest: readonly number[]; tries: number }> {
  let tries = 0;
  const rest = await minimise(
    items,
    (part) => {
      tries += 1;
      return Promise.resolve(fails(part));
    },
    () => tries < triesMax,
    neededMax,
  );
  return { rest, tries };
}

const needs =
  (...needed: number[]) =>
  (part: readonly number[]): boolean =>
    needed.every((item) => part.includes(item));

describe('minimise', () => {
  it.each([[[0]], [[999]], [[417]]])('finds the single item that is needed: %j', async (needed) => {
    const { rest, tries } = await check(needs(...needed));
    expect(rest).toEqual(needed);
    expect(tries).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(ITEMS.length)));
  });

  it.each([[[3, 4]], [[0, 999]], [[1, 250, 499, 750, 998]], [[...ITEMS.slice(40, 60)]]])(
    'finds all items that are needed, in their order: %j',
    async (needed) => {
      expect((await check(needs(...needed))).rest).toEqual(needed);
    },
  );

  it('keeps one of two independent causes', async () => {
    const { rest } = await check((part) => needs(1, 900)(part) || needs(500)(part));
    expect([[500], [1, 900]]).toContainEqual(rest);
  });

  it('keeps all items when all are needed', async () => {
    const items = ITEMS.slice(0, 9);
    expect((await check(needs(...items), { items })).rest).toEqual(items);
    expect((await check(() => false, { items: [7] })).rest).toEqual([7]);
  });

  it('gives up when more than `neededMax` items are needed', async () => {
    const needed = ITEMS.filter((item) => item % 20 === 0);
    const whole = await check(needs(...needed));
    const part = await check(needs(...needed), { neededMax: 30 });
    expect([whole.rest.length, part.rest.length > 30]).toEqual([50, true]);
    expect(part.tries * 2).toBeLessThan(whole.tries);
    expect((await check(needs(...needed), { neededMax: 64 })).rest).toEqual(needed);
  });

  it('stops when `goesOn` is false, with a part that fails', async () => {
    const fails = needs(3, 333, 777);
    for (const triesMax of [0, 1, 5, 20, 40]) {
      const { rest, tries } = await check(fails, { triesMax });
      expect(tries).toBeLessThanOrEqual(triesMax);
      expect(fails(rest)).toBe(true);
    }
  });
});
