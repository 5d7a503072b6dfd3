/** `replay --diff` and `--against`: the run beside another one. */
import type { RunAtRevision } from '../../api/revisions/run-at-revision.ts';
import { printable } from '../../kernel/printable.ts';
import { nameOfFailure } from '../../report/failure-report.ts';
import { type ComparedRun, sideBySide } from '../../report/side-by-side.ts';
import type { RunReport } from '../../search/job.ts';
import type { ChangeKind } from '../../search/passing/changes.ts';
import type { PassingRun } from '../../search/passing/passing-run.ts';

/** Changes after which two runs have little in common. */
const FAR_KINDS: ReadonlySet<ChangeKind> = new Set(['seed', 'dropped']);

/** `passing`: null if no run was found that passes. */
export function passingLines(shown: RunReport, passing: PassingRun | null, verbose: boolean): string[] {
  if (passing === null) return ['no run near to it was found that passes', ...meaningOf(shown)];
  const isFar = FAR_KINDS.has(passing.kind);
  return [
    `holds ${printable(passing.when)}`,
    ...(isFar ? meaningOf(shown) : []),
    ...(isFar && !verbose
      ? ['(--verbose prints both runs)']
      : sideBySide(endOf(shown), endOf(passing.report), passing.index)),
  ];
}

/** What follows if no choice, pause or order makes the run pass. */
function meaningOf({ failure, steps }: RunReport): string[] {
  return [
    'everything nearer that was tried fails as well, so this is probably not a race:',
    `look at the code that step ${failure?.step ?? steps} runs`,
  ];
}

export function revisionLines(shown: RunReport, { revision, report: other, index }: RunAtRevision): string[] {
  const { failure } = other;
  const there = `in ${revision.short} ${printable(revision.subject)}`;
  const title = failure === null ? `holds ${there}` : `fails ${there}, too: ${printable(nameOfFailure(failure))}`;
  if (index === null) return [title, 'all records are the same'];
  return [title, ...sideBySide(endOf(shown), endOf(other), index, ['this code', revision.short])];
}

function endOf({ records = [], failure }: RunReport): ComparedRun {
  return { records, end: failure === null ? '✔ everything held' : `✖ ${printable(nameOfFailure(failure))}` };
}
