import { describe, expect, it } from 'vitest';
import type { Seed } from '../kernel/seed.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/verdict.ts';
import { type CampaignOptions, type Finding, runCampaign, type Totals } from './campaign.ts';
import type { Job, Report, RunJob, RunReport } from './job.ts';
import type { Performer } from './performer.ts';
import { JobError } from './pool.ts';

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
  readonly shrink?: () => void;
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
    shrink?.();
    return {
      kind: 'shrink',
      plan: { ...plan(1), plain: true },
      choices: { 'a-1.0/latency/1': 0.9 },
      before: { operations: 9, faults: 0, choices: 40 },
      after: { operations: 1, faults: 0, choices: 1 },
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
