/**
 * What a failure looks like: where it was seen, how small it became, what happened, what led to it, and the command that shows it again as the
 * last line, to be pasted.
 */
import type { Failure } from '../run/run-verdict.ts';
import type { Finding } from '../search/finding.ts';
import { printable } from '../kernel/printable.ts';
import type { Palette } from './colour.ts';
import { differenceLines } from './difference-lines.ts';
import { EXCERPT_LINES, excerptOf, VERBOSE_LINES } from './excerpt.ts';
import { duration } from './numbers.ts';
import { recordLine } from './record-line.ts';
import { choiceLines, sizesText } from './shrunk-lines.ts';
import { tableLines } from './table-lines.ts';

export interface FailurePlaces {
  /** The file as it is to be shown; null when it could not be saved. */
  readonly saved: string | null;
  /** What to paste. */
  readonly command: string;
}

const FRAME_LENGTH = 90;

export function failureReport(finding: Finding, places: FailurePlaces, palette: Palette, verbose = false): string[] {
  const { original, failure, seed, records } = finding;
  const lines = excerptOf(records, failure, verbose ? VERBOSE_LINES : EXCERPT_LINES);
  return [
    headline(original, seed, palette),
    ...smallness(finding, palette),
    `  ${explanation(failure, verbose)}`,
    ...(finding.difference
      ? differenceLines(finding.difference, palette)
      : tableLines(
          lines.map((record) => recordLine(record, FRAME_LENGTH)),
          palette,
        )),
    ...choiceLines(finding.plan, finding.choices),
    ...reasons(finding),
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

function smallness({ shrunk, replayed, failure, replaces }: Finding, palette: Palette): string[] {
  const parts: string[] = [];
  if (shrunk !== null) {
    const { before, after, wallMs } = shrunk;
    const than = replaces === true ? 'smaller than before: ' : '';
    parts.push(`${than}shrunk ${sizesText(before, after)} in ${duration(wallMs)}`);
  }
  if (replayed.of > 0) {
    const count = `replayed ${replayed.same}/${replayed.of}`;
    parts.push(replayed.same === replayed.of ? count : palette.red(`${count}: something besides the seed decides`));
  } else if (failure.verdict === 'stuck') parts.push('not shrunk: the step has no end');
  return parts.length === 0 ? [] : [`  ${parts.join('; ')}`];
}

/** What to do about a seed that is not the same twice. */
function reasons({ failure, statefulPackages = [] }: Finding): string[] {
  if (failure.verdict !== 'nondeterminism') return [];
  const names = statefulPackages.map((name) => printable(name));
  if (names.length === 0)
    return [
      '  no package of the system explains it: look for state of the scenario, and of a system that is said to be stateless; see "What is not controlled"',
    ];
  const keep = names.length === 1 ? `the package ${names[0]} keeps` : `the packages ${names.join(', ')} keep`;
  return [
    `  ${keep} state from run to run, which a process would lose: name ${names.length === 1 ? 'it' : 'them'} in system.statefulPackages`,
  ];
}

/** What a system threw comes with its stack: for those who ask for more. */
function explanation({ text }: Failure, verbose: boolean): string {
  const [first = '', ...rest] = text.split('\n');
  return [printable(first), ...(verbose ? rest.map((line) => `  ${printable(line)}`) : [])].join('\n');
}
