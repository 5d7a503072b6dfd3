/** Measures for how many failures of mechanical mutants the report has the cause. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InProcessRunner } from '../../sim/api/in-process-runner.ts';
import { nameOfFailure } from '../../sim/report/failure-report.ts';
import type { SystemBundle } from '../../sim/load/bundle.ts';
import type { RunReport } from '../../sim/search/job.ts';
import { lineOf } from '../mutation-score/mutant.ts';
import type { Planting } from '../mutation-score/planting.ts';
import { computedCause, isSameMessage } from './computed-cause.ts';
import { type MechanicalFailure, STEPS_MAX } from './mechanical-failures.ts';
import { shownIn } from './shown.ts';

export interface MechanicalFigure {
  readonly mutant: string;
  /** Such as `core/registry.ts:41`. */
  readonly place: string;
  readonly foundBy: string;
  /** Whether it was looked at when the choice of lines was improved. */
  readonly isSeen: boolean;
  /** Number of lines of the report. */
  readonly lines: number;
  /** The record of the cause, as a line. */
  readonly cause: string;
  readonly isShown: boolean;
}

export interface MechanicalDocument {
  readonly figures: readonly MechanicalFigure[];
  /** Mutants whose failure no longer happens, or whose text has changed. */
  readonly gone: readonly string[];
}

export async function measureMechanical(
  planting: Planting,
  failures: readonly MechanicalFailure[],
  onDone: (figure: MechanicalFigure) => void = () => undefined,
): Promise<MechanicalDocument> {
  const figures: MechanicalFigure[] = [];
  const gone: string[] = [];
  const unmodified = await planting.bundle(null);
  for (const failure of failures) {
    const { mutant, isSeen } = failure;
    const line = lineOf(mutant, readFileSync(path.join(planting.root, mutant.file), 'utf8'));
    const figure = line === null ? null : await figureOf(planting, unmodified, failure);
    if (figure === null) {
      gone.push(mutant.id);
      continue;
    }
    const place = `${mutant.file}:${line}`;
    figures.push({ mutant: mutant.id, place, isSeen, ...figure });
    onDone(figures.at(-1) as MechanicalFigure);
  }
  return { figures, gone };
}

type Judged = Pick<MechanicalFigure, 'foundBy' | 'lines' | 'cause' | 'isShown'>;

/** Null if the mutant no longer fails, or unmodified code does. */
async function figureOf(
  planting: Planting,
  unmodified: SystemBundle,
  failure: MechanicalFailure,
): Promise<Judged | null> {
  // It keeps all code that it has loaded, so each mutant has another one.
  const runner = new InProcessRunner();
  try {
    const mutant = await runIn(runner, await planting.bundle(failure.mutant), failure);
    const expected = await runIn(runner, unmodified, failure);
    const cause = computedCause(mutant, expected);
    if (mutant.failure === null || expected.failure !== null || cause === null) return null;
    const shown = shownIn(mutant, mutant.failure);
    const explaining = [cause.record, ...cause.others];
    const isShown = (mutant.records ?? []).some(
      (record) => shown.has(record) && explaining.some((other) => isSameMessage(record, other)),
    );
    const left = cause.missing === null ? '' : ` (without: ${shown.textOf(cause.missing)})`;
    return {
      foundBy: nameOfFailure(mutant.failure),
      lines: shown.lines,
      cause: `${shown.textOf(cause.record)}${left}`,
      isShown,
    };
  } finally {
    await runner.close();
  }
}

async function runIn(
  runner: InProcessRunner,
  bundle: SystemBundle,
  { plan, choices }: MechanicalFailure,
): Promise<RunReport> {
  const { seed } = plan;
  const job = { kind: 'run', seed, plan, choices, detailed: true, freshModules: true, stepsMax: STEPS_MAX } as const;
  return await runner.run(bundle, job);
}

/** In Markdown: a row for each mutant. */
export function mechanicalTable({ figures, gone }: MechanicalDocument): string {
  const rows = figures.map(({ mutant, place, foundBy, lines, cause, isShown }) => {
    const cell = isShown ? 'yes' : `no: ${cause.replaceAll('|', String.raw`\|`)}`;
    return `| ${mutant} | ${place} | ${foundBy} | ${lines} | ${cell} |`;
  });
  const share = (part: readonly MechanicalFigure[], name: string): string =>
    `${part.filter(({ isShown }) => isShown).length} of ${part.length} reports of ${name} mutants have the cause`;
  return [
    '| mutant | place | found by | lines | cause |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    share(
      figures.filter(({ isSeen }) => isSeen),
      'seen',
    ),
    share(
      figures.filter(({ isSeen }) => !isSeen),
      'unseen',
    ),
    ...(gone.length === 0 ? [] : [`no longer fail: ${gone.join(', ')}`]),
  ].join('\n');
}
