/** Runs a campaign on a fake job runner, which reports runs without executing any. */
import type { Seed } from '../../kernel/seed.ts';
import { NO_USES } from '../../run/use-counts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { type CampaignContext, runCampaign } from '../campaign.ts';
import type { CampaignOptions } from '../campaign-options.ts';
import type { Finding } from '../finding.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, Sizes } from '../job.ts';
import type { Bundle, JobRunner } from '../job-runner.ts';
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

/** Repeats the first seed only. */
export const NEVER = Number.POSITIVE_INFINITY;

export interface CampaignRun {
  readonly totals: Totals;
  readonly findings: readonly Finding[];
  readonly jobs: readonly Job[];
  /** For each finding, the number of jobs that had started before it was reported. */
  readonly runsBefore: readonly number[];
}

export interface Setting extends Partial<CampaignOptions> {
  /** Number of jobs that run at a time. */
  readonly lanes?: number;
  /** The failure of a seed; null when it holds. */
  readonly fails?: (seed: number) => Failure | null;
  /** Changes to the report of a replay. */
  readonly replay?: (job: RunJob, count: number) => Partial<RunReport>;
  /** The digest of the n-th job. */
  readonly digest?: (count: number) => string;
  readonly shrink?: (job: ShrinkJob) => Sizes | void;
  /** Real time that a run takes. */
  readonly runMs?: number;
  readonly onJob?: (job: Job, count: number) => void;
  readonly explain?: CampaignContext['explain'];
  readonly onFinding?: () => void;
}

/** Runs a campaign. Time advances when a job is done. */
export async function check(setting: Setting): Promise<CampaignRun> {
  const {
    lanes = 1,
    fails = () => null,
    replay,
    digest,
    shrink,
    runMs = 1,
    onJob,
    explain,
    onFinding,
    ...options
  } = setting;
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
      randomValues: 0,
      operations: 3,
      uses: { ...NO_USES, connections: 2, ok: 3 },
      faults: { latency: 2 },
      checked: { p: 5 },
      marks: { open: 1 },
      failure,
      ...(failure === null || failure.verdict === 'stuck' ? {} : { plan: job.plan ?? plan(9) }),
      ...(job.detailed === true ? { records: [], plan: job.plan ?? plan(9) } : {}),
      ...(isReplay ? replay?.(job, replays) : {}),
    };
  };
  const run = async (_bundle: Bundle, job: Job): Promise<Report> => {
    jobs.push(job);
    onJob?.(job, jobs.length);
    // With several lanes, later seeds are done first.
    const turns = job.kind === 'run' ? 1 + (Number(BigInt(job.seed)) % lanes) : 1;
    for (let turn = turns; turn < lanes + 2; turn += 1) await Promise.resolve();
    nowMs += runMs;
    if (job.kind === 'run') {
      const report = runReport(job);
      if (job.repeatAfter === undefined) return report;
      jobs.push(job);
      nowMs += runMs;
      return { ...report, again: runReport(job) };
    }
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
  const context = {
    runner: { jobs: lanes, run } as unknown as JobRunner,
    bundle: { codeHash: 'code' },
    onFinding: (finding: Finding) => {
      onFinding?.();
      findings.push(finding);
      runsBefore.push(jobs.length);
    },
    explain,
    nowMs: () => nowMs,
  };
  const totals = await runCampaign(context, {
    seedStart: '0x1',
    shrinkMs: 5000,
    repeatOneIn: NEVER,
    signal: new AbortController().signal,
    ...options,
  });
  return { totals, findings, jobs, runsBefore };
}

/** The seeds of all runs, without replays. */
export const seedsOf = ({ jobs }: CampaignRun): Seed[] =>
  jobs.flatMap((job) => (job.kind === 'run' && job.plan === undefined && job.stepsMax === undefined ? [job.seed] : []));
