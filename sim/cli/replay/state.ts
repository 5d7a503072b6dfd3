/** `replay --state` and `--last-change`: the state of the system and what changed it. */
import { type LastChange, lastChangeOf } from '../../api/state/state-query.ts';
import { type StateOfSteps, stateOfSteps, type Steps } from '../../api/state/state-run.ts';
import { type ReplayResult, replayJob } from '../../api/execute-replay.ts';
import { printable } from '../../kernel/printable.ts';
import { UsageError } from '../../project/usage-error.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { counted } from '../../report/numbers.ts';
import { stateLines } from '../../report/state-lines.ts';
import type { Session } from '../session.ts';

type ValidResult = Exclude<ReplayResult, { verdict: 'invalid' }>;

export async function replayState(
  { output }: Session,
  replay: Replay,
  result: ValidResult,
  steps: Steps,
): Promise<StateOfSteps> {
  const { report } = result;
  if (steps.from > report.steps) throw new UsageError(`--state: the run ends at step ${report.steps}`);
  const state = await stateOfSteps(result, replayJob(replay, false), report, steps);
  const { verbose } = output.flags;
  output.result((palette) => [
    `${counted(state.before.size, 'value')} before step ${state.from}${verbose ? ':' : ''}`,
    ...(verbose ? [...state.before].map(([path, value]) => `   ${printable(path)}  ${printable(value)}`) : []),
    `changes in steps ${state.from} to ${state.until}:`,
    ...(state.changes.length === 0 ? ['   none'] : stateLines(state.changes, report, verbose, palette)),
  ]);
  return state;
}

export async function replayLastChange(
  { output }: Session,
  replay: Replay,
  result: ValidResult,
  wanted: string,
): Promise<LastChange> {
  const { report } = result;
  const state = await stateOfSteps(result, replayJob(replay, false), report, { from: 1, until: report.steps });
  const last = lastChangeOf(state.changes, wanted, '--last-change');
  output.result((palette) => [
    `${printable(wanted)} changed last in step ${last.step}:`,
    ...stateLines(last.changes, report, output.flags.verbose, palette),
  ]);
  return last;
}
