/**
 * `shrink <file or id>`: looks for a smaller replay of the same failure and saves it beside the
 * original.
 */
import { findReplay } from '../project/find-replay.ts';
import { quoted } from '../project/shell-command.ts';
import { shrinkReplay } from '../api/shrink-replay.ts';
import { UsageError } from '../project/usage-error.ts';
import { shrinkDocument, type ShrinkOutcome } from '../report/documents/documents.ts';
import { duration } from '../report/numbers.ts';
import { REDRAW_EVERY_MS } from '../report/progress-line.ts';
import { choiceLines, sizesText } from '../report/shrunk-lines.ts';
import type { ShrinkReport } from '../search/job.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { save } from './save-or-warn.ts';
import type { PoolFlags, Session } from './session.ts';

export interface ShrinkFlags extends PoolFlags {
  readonly time: number;
}

export async function shrinkCommand(session: Session, named: string, flags: ShrinkFlags): Promise<ExitCode> {
  const { output } = session;
  const found = findReplay(named, session.workingFolder);
  const { shown } = found;
  if (found.note !== null) output.note(found.note);
  const startedAtMs = session.nowMs();
  const elapsed = () => duration(session.nowMs() - startedAtMs);
  const showProgress = () => output.progress(() => `shrinking ${shown}  ${elapsed()} of ${duration(flags.time)}`);
  const ticking = setInterval(showProgress, REDRAW_EVERY_MS);
  const result = await shrinkReplay(session.workers({ ...flags, jobs: 1 }), found, {
    budgetMs: flags.time,
    save: (source, smaller, folder) =>
      save(session, source, smaller, { folder, otherwise: session.command('replay', quoted(shown)) }),
  }).finally(() => clearInterval(ticking));
  switch (result.verdict) {
    case 'invalid':
      throw new UsageError(`${shown} is invalid: ${result.reason}`);
    case 'stuck':
      throw new UsageError(`${shown} is stuck in a step that never ends; it can't be shrunk`);
    case 'diverged':
      output.complain(`${shown} diverged: something besides the seed decides, so it can't be shrunk`);
      return EXIT.nondeterminism;
    case 'unsteady':
      output.complain('the smaller plan did not fail again: something besides the seed decides');
      return EXIT.nondeterminism;
    case 'fixed':
    case 'different-failure':
      output.complain(`${shown} no longer fails in this way: nothing to shrink`);
      return EXIT.nothingRan;
    case 'smallest':
      output.result(() => [`found no smaller plan than ${shown} (${result.shrunk.runs} tried)`]);
      output.document(shrinkDocument(shrinkOutcome(shown, result.shrunk, null)));
      return exitCodeOf({ interrupted: session.interrupt.pressed });
    case 'smaller': {
      const { saved, command } = result.saved;
      const outcome = shrinkOutcome(shown, result.shrunk, saved);
      output.result((palette) => [
        `shrunk ${sizesText(outcome.before, outcome.after)} in ${duration(outcome.wallMs)}`,
        ...choiceLines(result.shrunk.plan, result.shrunk.choices, output.flags.verbose),
        ...(saved === null ? [] : [`  saved ${saved}`]),
        `  ${palette.bold(command)}`,
      ]);
      output.document(shrinkDocument(outcome));
      // The reason was printed: the folder can't be written to.
      if (saved === null && !session.interrupt.pressed) return EXIT.usage;
      return exitCodeOf({ interrupted: session.interrupt.pressed });
    }
  }
}

function shrinkOutcome(
  file: string,
  { before, after, runs, wallMs }: ShrinkReport,
  replay: string | null,
): ShrinkOutcome {
  return { file, replay, before, after, runs, wallMs };
}
