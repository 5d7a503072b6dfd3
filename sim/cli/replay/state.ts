/** `replay --state` and `--last-change`: the state of the system and what changed it. */
import { type LastChange, lastChangeOf } from '../../api/state/state-query.ts';
import { stateOfNodes, type StateOfSteps, stateOfSteps, type Steps } from '../../api/state/state-run.ts';
import { replayJob } from '../../api/execute-replay.ts';
import { printable } from '../../kernel/printable.ts';
import { UsageError } from '../../project/usage-error.ts';
import { isSelected } from '../../kernel/selection.ts';
import { counted } from '../../report/numbers.ts';
import { stateLines } from '../../report/state/state-lines.ts';
import type { RunReport } from '../../search/job.ts';
import type { Asked } from './asked.ts';

/**
 * `only`: nodes. Throws UsageError if the run has fewer steps, or if none of the names is a node.
 */
export async function replayState(
  { session: { output }, found: { replay }, result, secrets, shown }: Asked,
  steps: Steps,
  only: readonly string[] | undefined,
): Promise<StateOfSteps> {
  const { report } = result;
  checkNodes(only, shown);
  if (steps.from > report.steps) throw new UsageError(`--state: the run ends at step ${report.steps}`);
  const read = await stateOfSteps(result, replayJob(replay, false), report, steps);
  const state = stateOfNodes(secrets.inState(read), only);
  const records = shown.records?.filter((record) => isSelected(record, { only }));
  const { verbose } = output.flags;
  output.result((palette) => [
    `${counted(state.before.size, 'value')} before step ${state.from}${verbose ? ':' : ''}`,
    ...(verbose ? [...state.before].map(([path, value]) => `   ${printable(path)}  ${printable(value)}`) : []),
    `changes in steps ${state.from} to ${state.until}:`,
    ...(state.changes.length === 0 ? ['   none'] : stateLines(state.changes, { ...shown, records }, verbose, palette)),
  ]);
  return state;
}

function checkNodes(only: readonly string[] | undefined, { records = [] }: RunReport): void {
  const nodes = new Set(records.flatMap((record) => (record.type === 'node' ? [record.node] : [])));
  if (only?.some((name) => nodes.has(name)) !== false) return;
  throw new UsageError(`--only: --state is of nodes (expected any of: ${[...nodes].sort().join(', ')})`);
}

export async function replayLastChange(
  { session: { output }, found: { replay }, result, secrets, shown }: Asked,
  wanted: string,
): Promise<LastChange> {
  const { report } = result;
  const state = await stateOfSteps(result, replayJob(replay, false), report, { from: 1, until: report.steps });
  const found = lastChangeOf(state.changes, wanted, '--last-change');
  const last = { ...found, changes: secrets.inChanges(found.changes) };
  output.result((palette) => [
    `${printable(wanted)} changed last in step ${last.step}:`,
    ...stateLines(last.changes, shown, output.flags.verbose, palette),
  ]);
  return last;
}
