/**
 * `shrink <file or id>`: goes on from a replay, and writes what is smaller beside it. Never larger.
 */
import path from 'node:path';
import { executeReplay, runJob } from '../api/execute-replay.ts';
import { findReplay } from '../api/find-replay.ts';
import { UsageError } from '../api/usage-error.ts';
import { shrinkDocument, type ShrinkOutcome } from '../report/documents.ts';
import { duration } from '../report/numbers.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { save } from './saving.ts';
import type { PoolFlags, Session } from './session.ts';

export interface ShrinkFlags extends PoolFlags {
  readonly time: number;
}

export async function shrinkCommand(session: Session, named: string, flags: ShrinkFlags): Promise<ExitCode> {
  const { output } = session;
  const { file, shown, project, replay } = findReplay(named, session.workingFolder);
  const crew = session.crew({ ...flags, jobs: 1 });
  const now = await executeReplay(crew, project, replay, {}, new Map());
  const { verdict } = now;
  if (verdict === 'unreplayable') throw new UsageError(`${shown} is unreplayable: ${now.reason}`);
  if (verdict === 'diverged') {
    output.complain(`${shown} diverged: it can't be made smaller while something besides the seed decides`);
    return EXIT.nondeterminism;
  }
  if (verdict === 'gone' || verdict === 'other') {
    output.complain(`${shown} does not fail in this way any more: there is nothing to shrink`);
    return EXIT.nothingRan;
  }
  const { plan, choices, stepsMax, variant } = replay;
  const { signature } = replay.expected.onVariant;
  if (now.report.digest === '')
    throw new UsageError(`${shown} is stuck in a step that never ends, and can't be shrunk`);
  const { performer } = crew;
  const limit = stepsMax === undefined ? {} : { stepsMax };
  const startedAtMs = session.nowMs();
  const ticking = setInterval(
    () =>
      output.progress(
        () => `shrinking ${shown}  ${duration(session.nowMs() - startedAtMs)} of ${duration(flags.time)}`,
      ),
    100,
  );
  const shrunk = await performer
    .perform(now.bundle, {
      kind: 'shrink',
      plan,
      choices,
      signature,
      failedAtMs: now.report.failure?.atMs ?? now.report.virtualMs,
      budgetMs: flags.time,
      ...limit,
    })
    .finally(() => clearInterval(ticking));
  const outcome = {
    file: shown,
    replay: null,
    before: shrunk.before,
    after: shrunk.after,
    runs: shrunk.runs,
    wallMs: shrunk.wallMs,
  };
  if (JSON.stringify(shrunk.plan) === JSON.stringify(plan)) {
    output.result(() => [`${shown} can't be made smaller: ${shrunk.runs} smaller plans were tried`]);
    output.document(shrinkDocument(outcome));
    return exitCodeOf({ interrupted: session.interrupt.pressed });
  }
  const again = await performer.perform(now.bundle, runJob({ ...replay, plan: shrunk.plan }, false));
  if (again.failure?.signature !== signature) {
    output.complain('the smaller plan failed once and then no more: something besides the seed decides');
    return EXIT.nondeterminism;
  }
  const { failure, digest } = again;
  const found = { variant, codeHash: now.codeHash, plan: shrunk.plan, choices, failure, digest, ...limit };
  const places = save(session, now.source, found, path.dirname(file));
  const done: ShrinkOutcome = { ...outcome, replay: places.saved };
  output.result((palette) => [
    `shrunk ${sizes(done)} in ${duration(done.wallMs)}`,
    ...(places.saved === null ? [] : [`  saved ${places.saved}`]),
    `  ${palette.bold(places.command)}`,
  ]);
  output.document(shrinkDocument(done));
  return exitCodeOf({ interrupted: session.interrupt.pressed, harnessFault: places.saved === null });
}

function sizes({ before, after }: ShrinkOutcome): string {
  return `${before.operations} → ${after.operations} operations, ${before.faults} → ${after.faults} faults`;
}
