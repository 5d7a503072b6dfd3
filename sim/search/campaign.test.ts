import { describe, expect, it } from 'vitest';
import { RunsVoid } from './campaign.ts';
import { JobError } from './worker-pool.ts';
import { check, seedsOf, violation } from './test/check-campaign.ts';

describe('a campaign', () => {
  it.each([1, 3])('runs each seed once and adds up the totals, in %i lanes', async (lanes) => {
    const campaign = await check({ seeds: 7, lanes, seedStart: '0xfffffffffffffffe' });
    expect(seedsOf(campaign).sort()).toEqual([
      '0x0',
      '0x1',
      '0x2',
      '0x3',
      '0x4',
      '0xfffffffffffffffe',
      '0xfffffffffffffffe',
      '0xffffffffffffffff',
    ]);
    expect(campaign.totals).toMatchObject({
      seeds: 7,
      events: 70,
      virtualMs: 700,
      faults: { latency: 14 },
      checked: { p: 35 },
      marks: { open: 7 },
      failures: new Map(),
      repeated: 1,
    });
    expect(campaign.totals.lastDigest).toBe('digest of 0x4');
  });

  it('ends when its time is used up', async () => {
    const campaign = await check({ timeMs: 50, runMs: 10 });
    expect(campaign.totals.seeds).toBe(4);
    expect(campaign.totals.wallMs).toBe(50);
  });

  it('starts no new runs when it is aborted', async () => {
    const abort = new AbortController();
    const campaign = await check({
      seeds: 100,
      signal: abort.signal,
      onJob: (_, count) => count === 4 && abort.abort(),
    });
    expect(campaign.totals.seeds).toBe(3);
  });

  it('stops after `bail` failing seeds', async () => {
    const campaign = await check({ seeds: 100, bail: 2, fails: (seed) => (seed % 5 === 0 ? violation('p: a') : null) });
    expect(campaign.totals.seeds).toBe(10);
    expect(campaign.totals.failures.get('p: a')?.count).toBe(2);
  });

  it('examines the first seed of each signature at once, and counts the others', async () => {
    const campaign = await check({
      seeds: 12,
      fails: (seed) => (seed % 3 === 0 ? violation('p: a') : seed % 4 === 0 ? violation('p: b') : null),
    });
    expect(campaign.findings.map(({ seed, failure }) => [seed, failure.signature])).toEqual([
      ['0x3', 'p: a'],
      ['0x4', 'p: b'],
    ]);
    expect([...campaign.totals.failures].map(([signature, { seed, count }]) => [signature, seed, count])).toEqual([
      ['p: a', '0x3', 4],
      ['p: b', '0x4', 2],
    ]);
    // Three seeds and one repetition, one shrink job and three replays. Then one more seed and the
    // same again.
    expect(campaign.runsBefore).toEqual([8, 13]);
  });

  it.each([1, 2, 5])('ends at the same seed and reports the same failures in order, in %i lanes', async (lanes) => {
    // Later seeds end sooner.
    const campaign = await check({
      seeds: 100,
      lanes,
      bail: 2,
      fails: (seed) => (seed > 5 ? violation(`p: ${seed}`) : null),
    });
    expect(campaign.totals.seeds).toBe(7);
    expect([...campaign.totals.failures.keys()]).toEqual(['p: 6', 'p: 7']);
    expect(campaign.findings.map(({ seed }) => seed).sort()).toEqual(['0x6', '0x7']);
    expect(campaign.totals.lastDigest).toBe('digest of 0x7');
  });

  it.each([1, 3])('runs each seed in one shard only, in %i lanes', async (lanes) => {
    const shards = await Promise.all(
      [1, 2, 3].map((index) => check({ seeds: 8, lanes, shard: { index, count: 3 }, repeatOneIn: 3 })),
    );
    const seeds = shards.map((campaign) => [...new Set(seedsOf(campaign))]);
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

  it('rejects when a job cannot be run, and starts no new jobs', async () => {
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
  it('repeats one seed in `repeatOneIn`, and finds nothing when the runs are the same', async () => {
    const campaign = await check({ seeds: 10, repeatOneIn: 5 });
    expect(seedsOf(campaign)).toHaveLength(12);
    expect(campaign.totals).toMatchObject({ seeds: 10, repeated: 2 });
    expect(campaign.findings).toEqual([]);
  });

  it('reports a seed whose digest changes as nondeterminism, once', async () => {
    const campaign = await check({ seeds: 6, repeatOneIn: 3, digest: (count) => `${count}` });
    expect(campaign.findings).toMatchObject([{ seed: '0x1', failure: { verdict: 'nondeterminism' }, shrunk: null }]);
    expect(campaign.totals.failures.get('nondeterminism')).toMatchObject({ seed: '0x1', count: 2 });
    expect(campaign.jobs.some((job) => job.kind === 'shrink')).toBe(false);
  });

  it.each([1, 3])(
    'starts anew when a difference is explained, and reports nothing before, in %i lanes',
    async (lanes) => {
      const explained: string[] = [];
      const void_ = check({
        seeds: 30,
        lanes,
        repeatOneIn: 10,
        digest: (count) => `${count}`,
        fails: () => violation('p: a'),
        explain: ({ job }) => {
          explained.push(job.seed);
          return Promise.resolve(true);
        },
        onFinding: () => expect.unreachable('the runs are void'),
      });
      await expect(void_).rejects.toThrow(RunsVoid);
      expect(explained).toEqual(['0x1']);
    },
  );

  it('explains replays that differ', async () => {
    const explained: unknown[] = [];
    const void_ = check({
      seeds: 1,
      fails: () => violation('p: a'),
      replay: (_, count) => ({ digest: `${count}` }),
      explain: ({ job }) => {
        explained.push(job);
        return Promise.resolve(true);
      },
    });
    await expect(void_).rejects.toThrow(RunsVoid);
    expect(explained).toMatchObject([{ seed: '0x1', choices: { 'a-1.0/latency/1': 0.9 } }]);
  });

  it.each([1, 3])(
    'asks for one explanation if there is none, and counts all differences, in %i lanes',
    async (lanes) => {
      let asked = 0;
      const campaign = await check({
        seeds: 6,
        lanes,
        repeatOneIn: 3,
        digest: (count) => `${count}`,
        explain: () => {
          asked += 1;
          return Promise.resolve(false);
        },
      });
      expect(asked).toBe(1);
      expect(campaign.totals.failures.get('nondeterminism')).toMatchObject({ seed: '0x1', count: 2 });
    },
  );
});
