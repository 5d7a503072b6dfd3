/**
 * The report of a failure: property, seed and time, the size after shrinking, what happened, with
 * which change it does not, the records that led to it, and as the last line a command that shows
 * it again.
 */
import type { Failure } from '../run/run-verdict.ts';
import type { Scripts } from '../plan/script.ts';
import type { Finding } from '../search/finding.ts';
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import { printable } from '../kernel/printable.ts';
import type { Palette } from './colour.ts';
import { differenceLines } from './difference-lines.ts';
import { EXCERPT_LINES, excerptOf, VERBOSE_LINES } from './excerpt/excerpt.ts';
import { duration } from './numbers.ts';
import { failureText } from './failure-text.ts';
import { planLines } from './plan-lines.ts';
import { lineContextOf } from './line-context.ts';
import { foldedLine } from './record-line.ts';
import { choiceLines, sizesText } from './shrunk-lines.ts';
import { tableLines } from './table-lines.ts';

export interface FailurePlaces {
  /** The saved file, relative to the working folder; null when it could not be saved. */
  readonly saved: string | null;
  /** A command that can be pasted. */
  readonly command: string;
}

const FRAME_LENGTH = 90;

/**
 * `scripts`: those of the scenario's actors, which show what a cohort of the plan does. `sourceOf`
 * finds the lines of places.
 */
export function failureReport(
  finding: Finding,
  scripts: Scripts,
  places: FailurePlaces,
  palette: Palette,
  verbose = false,
  sourceOf: SourceOf = NO_SOURCES,
): string[] {
  const { original, failure, seed, records } = finding;
  const context = lineContextOf(records, finding.places, sourceOf);
  const excerpt = excerptOf(records, failure, {
    lines: verbose ? VERBOSE_LINES : EXCERPT_LINES,
    causes: finding.causes,
  });
  return [
    headline(original, seed, palette),
    ...shrinkLines(finding, palette),
    `  ${explanation(failureText(failure, sourceOf), verbose)}`,
    ...(finding.holds == null ? [] : [`  holds ${printable(finding.holds)}`]),
    ...(finding.difference
      ? differenceLines(finding.difference, palette)
      : tableLines(
          excerpt.map((folded) => foldedLine(folded, FRAME_LENGTH, context)),
          palette,
        )),
    // Where two runs differ matters, not what the plan of both is.
    ...(failure.verdict === 'nondeterminism' ? [] : planLines(finding.plan, scripts)),
    ...choiceLines(finding.plan, finding.choices, verbose),
    ...nondeterminismAdvice(finding),
    ...(places.saved === null ? [] : [`  saved ${places.saved}`]),
    `  ${palette.bold(places.command)}`,
  ];
}

/** The property's id, or the verdict where no property was violated. */
export function nameOfFailure(failure: Failure): string {
  return failure.verdict === 'violation' ? failure.property : failure.verdict;
}

function headline(failure: Failure, seed: string, palette: Palette): string {
  const risk =
    failure.verdict === 'violation' && failure.risk !== null && failure.risk !== '' ? [printable(failure.risk)] : [];
  const when = [`seed ${seed}`, `step ${failure.step}`, `t=${(failure.atMs / 1000).toFixed(1)} s`];
  return [palette.red(`✖ ${palette.bold(printable(nameOfFailure(failure)))}`), ...risk, ...when].join('  ');
}

/** Sizes before and after shrinking, and how many replays gave the same run. */
function shrinkLines({ shrunk, replayed, failure, replaces }: Finding, palette: Palette): string[] {
  const parts: string[] = [];
  if (shrunk !== null) {
    const { before, after, wallMs } = shrunk;
    const prefix = replaces === true ? 'smaller than before: ' : '';
    parts.push(`${prefix}shrunk ${sizesText(before, after)} in ${duration(wallMs)}`);
  }
  if (replayed.of > 0) {
    const count = `replayed ${replayed.same}/${replayed.of}`;
    parts.push(replayed.same === replayed.of ? count : palette.red(`${count}: something besides the seed decides`));
  } else if (failure.verdict === 'stuck') parts.push('not shrunk: the step never ends');
  return parts.length === 0 ? [] : [`  ${parts.join('; ')}`];
}

/** Advice for a seed whose two runs differ. */
function nondeterminismAdvice({ failure }: Finding): string[] {
  if (failure.verdict !== 'nondeterminism') return [];
  return ['  no package of the system explains it: look for state in the scenario, and in a system declared stateless'];
}

/** The first line of the text. A thrown error has its stack below, which `verbose` adds. */
function explanation(text: string, verbose: boolean): string {
  const [first = '', ...rest] = text.split('\n');
  return [printable(first), ...(verbose ? rest.map((line) => `  ${printable(line)}`) : [])].join('\n');
}
