/** `replay --lines`: the lines of the system's code that ran in one step. */
import { linesOfStep } from '../../api/lines/lines-of-step.ts';
import { replayJob } from '../../api/execute-replay.ts';
import { type LinesOfStep, stepLines } from '../../report/code/step-lines.ts';
import type { Asked } from './asked.ts';

export async function replayLines(
  { session, found, result, secrets, shown }: Asked,
  wanted: true | number,
): Promise<LinesOfStep> {
  const job = replayJob(found.replay, false);
  const lines = secrets.inLines(await linesOfStep(result, job, result.report, wanted, '--lines'));
  session.output.result((palette) => stepLines(lines, wanted === true ? null : wanted, shown, palette));
  return lines;
}
