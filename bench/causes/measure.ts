/** Measures for how many failures the report has the cause. */
import { type Subject, subjectsNamed } from '../detection/subjects.ts';
import { CASES } from './cases.ts';
import { type FailedRun, findFailure, type KeptFailures, keptFailures, runAgain } from './failures.ts';
import { recordOf } from './pattern.ts';
import { shownIn } from './shown.ts';

export interface CauseFigure {
  readonly subject: string;
  /** Number of lines of the report. */
  readonly lines: number;
  /** The records of the cause, as lines, and whether the report has them. */
  readonly causes: readonly { readonly text: string; readonly isShown: boolean }[];
}

export interface CausesDocument {
  readonly figures: readonly CauseFigure[];
  /** The failures that were measured. */
  readonly failures: KeptFailures;
}

/**
 * `find`: look for the failures and shrink them, instead of running those that are kept. Throws if
 * a kept one no longer fails, or has no record that its case describes.
 */
export async function measureCauses(
  { subject: part, find = false }: { readonly subject?: string | undefined; readonly find?: boolean } = {},
  onDone: (figure: CauseFigure) => void = () => undefined,
): Promise<CausesDocument> {
  const kept = keptFailures();
  const failures: Record<string, KeptFailures[string]> = {};
  const figures: CauseFigure[] = [];
  for await (const subject of subjectsNamed(part)) {
    const { name } = subject;
    const known = CASES[name];
    if (known === undefined) continue;
    const failure = find ? await findFailure(subject, known.seed) : kept[name];
    const failed = failure === undefined || failure === null ? null : await runAgain(subject, failure);
    if (failure === undefined || failure === null || failed === null)
      throw new Error(`${name}: no failure is kept that happens again; use --find`);
    failures[name] = failure;
    const figure = figureOf(subject, failed);
    figures.push(figure);
    onDone(figure);
  }
  if (figures.length === 0) throw new Error(`no subject's name contains ${part}`);
  return { figures, failures };
}

/** Throws if the run has no record that the case describes. */
export function figureOf({ name }: Subject, { report, failure }: FailedRun): CauseFigure {
  const { records = [] } = report;
  const shown = shownIn(report, failure);
  const causes = (CASES[name]?.causes ?? []).map((pattern) => {
    const record = recordOf(pattern, records);
    if (record === undefined) throw new Error(`${name}: no record is as ${JSON.stringify(pattern.fields)}`);
    return { text: shown.textOf(record), isShown: shown.has(record) };
  });
  return { subject: name, lines: shown.lines, causes };
}

/** True if the report has each record of the cause. */
export function hasCause({ causes }: CauseFigure): boolean {
  return causes.every(({ isShown }) => isShown);
}

/** In Markdown: a row for each subject, with what its report lacks. */
export function causesTable({ figures }: CausesDocument): string {
  const rows = figures.map((figure) => {
    const missing = figure.causes.filter(({ isShown }) => !isShown).map(({ text }) => text);
    return `| ${figure.subject} | ${figure.lines} | ${hasCause(figure) ? 'yes' : `no: ${missing.join('; ')}`} |`;
  });
  const count = figures.filter(hasCause).length;
  return [
    '| subject | lines | cause |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `${count} of ${figures.length} reports have the cause`,
  ].join('\n');
}
