/** A campaign over a pool that only says it ran: what the tests of campaigns go through. */
import type { Seed } from '../../kernel/seed.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { type CampaignOptions, runCampaign } from '../campaign.ts';
import type { Finding } from '../finding.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, Sizes } from '../job.ts';
import type { JobRunner } from '../job-runner.ts';
import type { Totals } from '../totals.ts';

export const plan = (operations: number): Plan => ({
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

export const violation = (signature: string): Failure => ({
  verdict: 'violation',
  property: 'p',
  risk: 'TEST-1',
  subject: '',
  text: '',
  step: 1,
  atMs: 1,
  signature,
});

export const stuck: Failure = { verdict: 'stuck', step: 9, atMs: 0, signature: 'stuck', text: '' };

/** Of all seeds then, only the first is run twice. */
export const NEVER = Number.POSITIVE_INFINITY;

export interface Told {
  readonly totals: Totals;
  readonly findings: readonly Finding[];
  readonly jobs: readonly Job[];
  /** Jobs that had been handed to the pool when each finding was handed over. */
  readonly runsBefore: readonly number[];
}

export interface Setting extends Partial<CampaignOptions> {
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
export async function check(setting: Setting): Promise<Told> {
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
      uses: { connections: 2, ok: 3, fail: 0, unknown: 0, firstFailure: null },
      faults: { latency: 2 },
      checked: { p: 5 },
      marks: { open: 1 },
      failure,
      ...(failure === null || failure.verdict === 'stuck' ? {} : { plan: job.plan ?? plan(9) }),

      ...(job.detailed === true ? { records: [], plan: job.plan ?? plan(9) } : {}),
      ...(isReplay ? replay?.(job, replays) : {}),
    };
  };
  const run = async (_bundle: number, job: Job): Promise<Report> => {
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
      plan: { ...plan(after.operations), minimal: true },
      choices: { 'a-1.0/latency/1': 0.9 },
      before: { operations: 9, faults: 0, choices: 40 },
      after,
      runs: 4,
      wallMs: 4,
    };
  };
  const totals = await runCampaign({ jobs: lanes, run } as JobRunner, {
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

export const seedsOf = ({ jobs }: Told): Seed[] =>
  jobs.flatMap((job) => (job.kind === 'run' && job.plan === undefined && job.stepsMax === undefined ? [job.seed] : []));
