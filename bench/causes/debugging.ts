/**
 * Measures what helps to debug each planted failure: whether the report has the cause, how near the
 * nearest passing run is, and the CPU time of the answers of `replay`.
 */
import { workersOptionsOf } from '../../sim/api/options.ts';
import { pageOfReplay } from '../../sim/api/page/page-of-replay.ts';
import { createWorkers } from '../../sim/api/create-workers.ts';
import { type ReplayResult, replayJob } from '../../sim/api/execute-replay.ts';
import { linesFor } from '../../sim/api/report-lines.ts';
import { stateOfSteps } from '../../sim/api/state/state-run.ts';
import type { Workers } from '../../sim/api/workers.ts';
import { compareWithPassing } from '../../sim/api/why/compare-with-passing.ts';
import { findScenario } from '../../sim/project/project.ts';
import { loadSource } from '../../sim/project/scenario-source.ts';
import { createReplay } from '../../sim/replay/create-replay.ts';
import type { Replay } from '../../sim/replay/replay-document.ts';
import { PLAIN } from '../../sim/report/colour.ts';
import { whyLines } from '../../sim/report/why/why.ts';
import type { ChangeKind } from '../../sim/search/passing/changes.ts';
import { type Subject, subjectsNamed } from '../detection/subjects.ts';
import { CASES } from './cases.ts';
import { type KeptFailure, keptFailures } from './failures.ts';
import { figureOf, hasCause } from './measure.ts';

/** The answers of `replay` that are measured. */
const ANSWERS = ['why', 'diff', 'html', 'state'] as const;
type Answer = (typeof ANSWERS)[number];

export interface DebuggingFigure {
  readonly subject: string;
  readonly hasCause: boolean;
  /** How the nearest passing run was changed, and where it differs; null if none was found. */
  readonly passing: { readonly change: ChangeKind; readonly record: number; readonly records: number } | null;
  /** CPU time of this process in milliseconds. `run`: to load the code and run the replay. */
  readonly cpuMs: Readonly<Record<Answer | 'run', number>>;
}

type ValidResult = Exclude<ReplayResult, { verdict: 'invalid' }>;

/** Throws for a subject whose kept failure no longer happens. */
export async function measureDebugging(
  part: string | undefined,
  onDone: (figure: DebuggingFigure) => void = () => undefined,
): Promise<readonly DebuggingFigure[]> {
  const kept = keptFailures();
  const figures: DebuggingFigure[] = [];
  for await (const subject of subjectsNamed(part)) {
    if (CASES[subject.name] === undefined) continue;
    const failure = kept[subject.name];
    if (failure === undefined) throw new Error(`${subject.name}: no failure is kept; use --only causes --find`);
    const figure = await measureOne(subject, failure);
    figures.push(figure);
    onDone(figure);
  }
  if (figures.length === 0) throw new Error(`no subject's name contains ${part}`);
  return figures;
}

async function measureOne(subject: Subject, failure: KeptFailure): Promise<DebuggingFigure> {
  const options = workersOptionsOf({});
  const workers = createWorkers({ ...options, jobs: 0 });
  try {
    const [{ result, replay }, run] = await timed(() => runKept(subject, failure, workers));
    const { report } = result;
    if (report.failure === null) throw new Error(`${subject.name}: the kept failure no longer happens`);
    const [, why] = await timed(async () => whyOf(result, await linesFor(result, report, true)));
    const [passing, diff] = await timed(() => compareWithPassing(workers, replay, result, 'diff'));
    const page = { replay, shown: replay.id, result, workingFolder: process.cwd() };
    const [, html] = await timed(() => pageOfReplay(workers, page));
    const whole = { from: 1, until: report.steps };
    const [, state] = await timed(() => stateOfSteps(result, replayJob(replay, false), report, whole));
    return {
      subject: subject.name,
      hasCause: hasCause(figureOf(subject, { report, failure: report.failure })),
      passing: passing && {
        change: passing.kind,
        record: passing.index + 1,
        records: report.records?.length ?? 0,
      },
      cpuMs: { run, why, diff, html, state },
    };
  } finally {
    await workers.close();
  }
}

async function runKept(
  { name, scenarioFile, variant: planted }: Subject,
  { plan, choices }: KeptFailure,
  { runner, stuckMs }: Workers,
): Promise<{ readonly result: ValidResult; readonly replay: Replay }> {
  const place = findScenario(scenarioFile, process.cwd());
  const source = await loadSource(place, stuckMs);
  const variant = planted ?? null;
  const bundle = await source.bundle(variant);
  const job = { kind: 'run', seed: plan.seed, plan, choices, detailed: true, freshModules: true } as const;
  const report = await runner.run(bundle, job);
  const { failure, digest } = report;
  if (failure === null) throw new Error(`${name}: the kept failure no longer happens`);
  const { codeHash } = bundle;
  const saved = { scenario: place.path, variant, codeHash, plan, choices, failure, digest };
  const replay = createReplay({ ...saved, savedWith: '0.0.0', nodeVersion: process.versions.node });
  return { result: { verdict: 'exact', report, source, bundle, variant }, replay };
}

function whyOf({ report }: ValidResult, sourceOf: Awaited<ReturnType<typeof linesFor>>): readonly string[] {
  const { records = [], causes = [], places, failure } = report;
  return failure === null ? [] : whyLines({ records, causes, places }, failure, { verbose: false, sourceOf }, PLAIN);
}

/** The result and the CPU time, in milliseconds. */
async function timed<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}

/** In Markdown: a row for each subject. */
export function debuggingTable(figures: readonly DebuggingFigure[]): string {
  const rows = figures.map(({ subject, hasCause: has, passing, cpuMs }) => {
    const near =
      passing === null ? 'none found' : `${passing.change}, from record ${passing.record} of ${passing.records}`;
    const times = [cpuMs.run, ...ANSWERS.map((answer) => cpuMs[answer])].map((ms) => `${Math.round(ms)} ms`);
    return `| ${[subject, has ? 'yes' : 'no', near, ...times].join(' | ')} |`;
  });
  const kinds = new Map<string, number>();
  for (const { passing } of figures) {
    const kind = passing?.change ?? 'none found';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const titles = ['subject', 'cause', 'passing run', 'run', ...ANSWERS.map((answer) => `--${answer}`)];
  return [
    `| ${titles.join(' | ')} |`,
    `|${' --- |'.repeat(titles.length)}`,
    ...rows,
    '',
    `${figures.filter((figure) => figure.hasCause).length} of ${figures.length} reports have the cause`,
    `passing runs: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
  ].join('\n');
}
