import { describe, expect, it } from 'vitest';
import type { Seed } from '../kernel/seed.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/verdict.ts';
import { type CampaignOptions, runCampaign } from './campaign.ts';
import type { Finding } from './finding.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, Sizes } from './job.ts';
import type { Performer } from './performer.ts';
import { JobError } from './pool.ts';
import type { Totals } from './totals.ts';

const plan = (operations: number): Plan => ({
  seed: '0x1',
  nodes: 1,
  chaosMs: 1000,
  cohorts: [],
  operations: Array.from({ length: operations }, (_, index) => ({
    id: `a-1.${index}`,
    actor: 'a-1',
    name: 'x',
    atMs: 1,
    arguments: {},
  })),
  faults: [],
});

const violation = (signature: string): Failure => ({
  verdict: 'violation',
  property: 'p',
  risk: 'TEST-1',
  about: '',
  text: '',
  step: 1,
  atMs: 1,
  signature,
});

const stuck: Failure = { verdict: 'stuck', step: 9, atMs: 0, signature: 'stuck', text: '' };

/** Of all seeds then, only the first is run twice. */
const NEVER = Number.POSITIVE_INFINITY;

interface Told {
  readonly totals: Totals;
  readonly findings: readonly Finding[];
  readonly jobs: readonly Job[];
  /** Jobs that had been handed to the pool when each finding was handed over. */
  readonly runsBefore: readonly number[];
}

interface Setting extends Partial<CampaignOptions> {
  readonly lanes?: number;
  /** What a seed comes to; `held` when it says nothing. */
  readonly fails?: (seed: number) => Failure | null;
  /** What a replay comes to, where not the same. */
  readonly replay?: (job: RunJob, count: number) => Partial<RunReport>;
  /** The digest of the n-th run of all. */
  readonly digest?: (count: number) => string;
  readonly shrink?: (job: ShrinkJob) => Sizes | void;
  /** Milliseconds that a run takes. */
  readonly runMs?: number;
  readonly onJob?: (job: Job, count: number) => void;
}

/** A campaign over a pool that only says it ran. Time moves when a job is done. */
async function check(setting: Setting): Promise<Told> {
  const { lanes = 1, fails = () => null, replay, digest, shrink, runMs = 1, onJob, ...options } = setting;
  const [jobs, findings, runsBefore]: [Job[], Finding[], number[]] = [[], [], []];
  let nowMs = 0;
  let replays = 0;
  const runReport = (job: RunJob): RunReport => {
    const failure = fails(Number(BigInt(job.seed)));
    const isReplay = job.plan !== undefined;
    if (isReplay) replays += 1;
    return {
      kind: 'run',
      seed: job.seed,
      digest: digest?.(jobs.length) ?? `digest of ${job.seed}`,
      codeHash: 'code',
      steps: 10,
      virtualMs: 100,
      operations: 3,
      faults: { latency: 2 },
      checked: { p: 5 },
      marks: { open: 1 },
      failure,
      ...(failure === null || failure.verdict === 'stuck' ? {} : { plan: job.plan ?? plan(9) }),

      ...(job.detailed === true ? { records: [], plan: job.plan ?? plan(9) } : {}),
      ...(isReplay ? replay?.(job, replays) : {}),
    };
  };
  const perform = async (_bundle: number, job: Job): Promise<Report> => {
    jobs.push(job);
    onJob?.(job, jobs.length);
    // Later seeds are done first, where lanes run side by side.
    const turns = job.kind === 'run' ? 1 + (Number(BigInt(job.seed)) % lanes) : 1;
    for (let turn = turns; turn < lanes + 2; turn += 1) await Promise.resolve();
    nowMs += runMs;
    if (job.kind === 'run') return runReport(job);
    const after = shrink?.(job) ?? { operations: 1, faults: 0, choices: 1 };
    return {
      kind: 'shrink',
      plan: { ...plan(after.operations), plain: true },
      choices: { 'a-1.0/latency/1': 0.9 },
      before: { operations: 9, faults: 0, choices: 40 },
      after,
      runs: 4,
      wallMs: 4,
    };
  };
  const totals = await runCampaign({ jobs: lanes, perform } as Performer, {
    bundle: 0,
    seedStart: '0x1',
    sizes: {},
    shrinkMs: 5000,
    repeatOneIn: NEVER,
    signal: new AbortController().signal,
    onFinding: (finding) => {
      findings.push(finding);
      runsBefore.push(jobs.length);
    },
    nowMs: () => nowMs,
    ...options,
  });
  return { totals, findings, jobs, runsBefore };
}

const seedsOf = ({ jobs }: Told): Seed[] =>
  jobs.flatMap((job) => (job.kind === 'run' && job.plan === undefined && job.stepsMax === undefined ? [job.seed] : []));

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

  it('keeps the smallest of a signature, and tries a few', async () => {
    const operations = [6, 7, 3, 2, 1];
    const setting: Setting = {
      seeds: 5,
      fails: () => violation('p: a'),
      shrink: () => ({ operations: operations.shift() ?? 0, faults: 0, choices: 9 }),
    };
    const told = await check(setting);
    expect(told.findings.map(({ plan: { operations: left }, replaces }) => [left.length, replaces])).toEqual([
      [6, undefined],
      [3, true],
    ]);
    expect(told.totals.failures.get('p: a')).toMatchObject({ seed: '0x1', count: 5 });
    // What is not smaller is not replayed.
    expect(told.jobs.filter(({ kind }) => kind === 'shrink')).toHaveLength(3);
    expect(told.jobs.filter((job) => job.kind === 'run' && job.plan !== undefined)).toHaveLength(6);
  });

  it('tries more than a few where one is smaller as it is', async () => {
    const told = await check({
      seeds: 9,
      fails: () => violation('p: a'),
      shrink: () => ({ operations: 4, faults: 0, choices: 9 }),
    });
    // A run here has three operations.
    expect(told.jobs.filter(({ kind }) => kind === 'shrink')).toHaveLength(9);
    expect(told.findings).toHaveLength(1);
  });

  it('spends no more on a signature than on one failure', async () => {
    const budgets: number[] = [];
    const told = await check({
      seeds: 6,
      runMs: 2000,
      fails: () => violation('p: a'),
      shrink: ({ budgetMs }) => {
        budgets.push(budgetMs);
        return { operations: 5, faults: 0, choices: 9 };
      },
    });
    expect(told.findings).toHaveLength(1);
    expect(budgets).toEqual([5000]);
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

  it('hands over the smallest plan, replayed', async () => {
    const { findings } = await check({ seeds: 1, fails: () => violation('p: a') });
    expect(findings).toMatchObject([
      {
        plan: { operations: [{}] },
        shrunk: { before: { operations: 9 }, after: { operations: 1 }, runs: 4 },
        replayed: { same: 3, of: 3 },
        original: { signature: 'p: a' },
      },
    ]);
  });

  it('says so when replays differ, or do not fail', async () => {
    const differing = await check({
      seeds: 1,
      fails: () => violation('p: a'),
      replay: (_, count) => ({ digest: `${count}` }),
    });
    expect(differing.findings[0]?.replayed).toEqual({ same: 1, of: 3 });
    const gone = await check({ seeds: 1, fails: () => violation('p: a'), replay: () => ({ failure: null }) });
    expect(gone.findings).toMatchObject([
      { replayed: { same: 0, of: 3 }, shrunk: null, plan: { operations: { length: 9 } } },
    ]);
  });

  it('runs a stuck seed to one step before, for its plan, and does not shrink it', async () => {
    const told = await check({ seeds: 1, fails: () => stuck });
    expect(told.jobs.at(-1)).toMatchObject({ kind: 'run', stepsMax: stuck.step - 1 });
    expect(told.jobs.some((job) => job.kind === 'shrink')).toBe(false);
    expect(told.findings).toMatchObject([
      { failure: { verdict: 'stuck', atMs: 100 }, plan: { operations: { length: 9 } }, shrunk: null },
    ]);
  });

  it('keeps the plan when a smaller one never ends', async () => {
    const { findings } = await check({
      seeds: 1,
      fails: () => violation('p: a'),
      shrink: () => {
        throw new JobError('a smaller plan is stuck', true);
      },
    });
    expect(findings).toMatchObject([
      { shrunk: null, plan: { operations: { length: 9 } }, replayed: { same: 3, of: 3 } },
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
