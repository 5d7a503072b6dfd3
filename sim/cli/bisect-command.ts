/** `bisect <file or id> -- <good>..<bad>`: finds the commit that made a replay fail. */
import { bisectReplay, type Bisection, type JudgedRevision } from '../api/revisions/bisect-replay.ts';
import type { Revision } from '../api/revisions/worktree.ts';
import { printable } from '../kernel/printable.ts';
import { findReplay } from '../project/find-replay.ts';
import type { RevisionRange } from '../project/revision-range.ts';
import { bisectDocument } from '../report/documents/documents.ts';
import type { Palette } from '../report/colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { PoolFlags, Session } from './session.ts';

export interface BisectFlags extends PoolFlags {
  readonly range: RevisionRange;
}

export async function bisectCommand(session: Session, named: string, flags: BisectFlags): Promise<ExitCode> {
  const { output, interrupt } = session;
  const found = findReplay(named, session.workingFolder);
  if (found.note !== null) output.note(found.note);
  const workers = session.workers({ ...flags, jobs: 1 });
  const bisection = await bisectReplay(workers, found, flags.range, {
    signal: interrupt.signal,
    onJudged: (judged) => output.summary((palette) => [judgedLine(judged, palette)]),
  });
  output.document(bisectDocument(found.shown, bisection, interrupt.pressed));
  if (interrupt.pressed) return EXIT.interrupted;
  output.result((palette) => resultLines(bisection, palette));
  return bisection.first === null ? EXIT.nothingRan : EXIT.held;
}

function judgedLine({ judgement, reason, ...revision }: JudgedRevision, palette: Palette): string {
  const colour = { good: palette.green, bad: palette.red, skip: palette.dim }[judgement];
  return `${colour(judgement.padEnd(4))}  ${revisionText(revision)}${reason === null ? '' : `: ${printable(reason)}`}`;
}

function resultLines({ first, candidates }: Bisection, palette: Palette): string[] {
  if (first !== null) return [`first bad commit: ${palette.bold(revisionText(first))}`];
  return [
    'the first bad commit is one of these, which could not all be judged:',
    ...candidates.map((revision) => `  ${revisionText(revision)}`),
  ];
}

function revisionText({ short, subject }: Revision): string {
  return `${short} ${printable(subject)}`;
}
