import { describe, expect, it } from 'vitest';
import { JobError } from './worker-pool.ts';
import { check, seedsOf, violation } from './test/check-campaign.ts';

describe('a campaign', () => {
  it.each([1, 3])('runs each seed once and adds up, in %i lanes', async (lanes) => {
    const told = await check({ seeds: 7, lanes, seedStart: '0xfffffffffffffffe' });
    expect(seedsOf(told).sort()).toEqual([
      '0x0',
      '0x1',
      '0x2',
      '0x3',
      '0x4',
      '0xfffffffffffffffe',
      '0xfffffffffffffffe',
      '0xffffffffffffffff',
    ]);
    expect(told.totals).toMatchObject({
      seeds: 7,
      events: 70,
      virtualMs: 700,
      faults: { latency: 14 },
      checked: { p: 35 },
      marks: { open: 7 },
      failures: new Map(),
      repeated: 1,
    });
    expect(told.totals.lastDigest).toBe('digest of 0x4');
  });

  it('ends when its time is up', async () => {
    const told = await check({ timeMs: 50, runMs: 10 });
    expect(told.totals.seeds).toBe(4);
    expect(told.totals.wallMs).toBe(50);
  });

  it('begins nothing new when it is aborted', async () => {
    const abort = new AbortController();
    const told = await check({
      seeds: 100,
      signal: abort.signal,
      onJob: (_, count) => count === 4 && abort.abort(),
    });
    expect(told.totals.seeds).toBe(3);
  });

  it('stops after so many failing seeds', async () => {
    const told = await check({ seeds: 100, bail: 2, fails: (seed) => (seed % 5 === 0 ? violation('p: a') : null) });
    expect(told.totals.seeds).toBe(10);
    expect(told.totals.failures.get('p: a')?.count).toBe(2);
  });

  it('examines the first seed of each signature at once, and counts the others', async () => {
    const told = await check({
      seeds: 12,
      fails: (seed) => (seed % 3 === 0 ? violation('p: a') : seed % 4 === 0 ? violation('p: b') : null),
    });
    expect(told.findings.map(({ seed, failure }) => [seed, failure.signature])).toEqual([
      ['0x3', 'p: a'],
      ['0x4', 'p: b'],
    ]);
    expect([...told.totals.failures].map(([signature, { seed, count }]) => [signature, seed, count])).toEqual([
      ['p: a', '0x3', 4],
      ['p: b', '0x4', 2],
    ]);
    // Three seeds and one run again, one shrinking and three replays; then one seed more and the same.
    expect(told.runsBefore).toEqual([8, 13]);
  });

  it.each([1, 2, 5])('ends at the same seed and begins with the same failure, in %i lanes', async (lanes) => {
    // The later a seed, the sooner it ends.
    const told = await check({
      seeds: 100,
      lanes,
      bail: 2,
      fails: (seed) => (seed > 5 ? violation(`p: ${seed}`) : null),
    });
    expect(told.totals.seeds).toBe(7);
    expect([...told.totals.failures.keys()]).toEqual(['p: 6', 'p: 7']);
    expect(told.findings.map(({ seed }) => seed).sort()).toEqual(['0x6', '0x7']);
    expect(told.totals.lastDigest).toBe('digest of 0x7');
  });

  it.each([1, 3])('in shards runs each seed once, in %i lanes', async (lanes) => {
    const shards = await Promise.all(
      [1, 2, 3].map((index) => check({ seeds: 8, lanes, shard: { index, count: 3 }, repeatOneIn: 3 })),
    );
    const seeds = shards.map((told) => [...new Set(seedsOf(told))]);
    expect(seeds.map((own) => own.sort())).toEqual([
      ['0x1', '0x4', '0x7'],
      ['0x2', '0x5', '0x8'],
      ['0x3', '0x6'],
    ]);
    expect(shards.map(({ totals }) => [totals.seeds, totals.repeated])).toEqual([
      [3, 1],
      [3, 1],
      [2, 1],
    ]);
  });

  it('fails as a whole when a job can not be done, and begins nothing new then', async () => {
    let count = 0;
    const broken = check({
      seeds: 100,
      lanes: 3,
      onJob: () => {
        count += 1;
        if (count === 5) throw new JobError('no scenario');
      },
    });
    await expect(broken).rejects.toThrow('no scenario');
    const before = count;
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(count).toBe(before);
    expect(count).toBeLessThan(10);
  });
});

describe('repeating', () => {
  it('runs one seed in so many again, and finds nothing where nothing differs', async () => {
    const told = await check({ seeds: 10, repeatOneIn: 5 });
    expect(seedsOf(told)).toHaveLength(12);
    expect(told.totals).toMatchObject({ seeds: 10, repeated: 2 });
    expect(told.findings).toEqual([]);
  });

  it('reports a seed that gives another digest, once, as nondeterminism', async () => {
    const told = await check({ seeds: 6, repeatOneIn: 3, digest: (count) => `${count}` });
    expect(told.findings).toMatchObject([{ seed: '0x1', failure: { verdict: 'nondeterminism' }, shrunk: null }]);
    expect(told.totals.failures.get('nondeterminism')).toMatchObject({ seed: '0x1', count: 2 });
    expect(told.jobs.some((job) => job.kind === 'shrink')).toBe(false);
  });
});
