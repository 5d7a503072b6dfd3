/** `replay --step`: reads commands, line by line, and prints what the stepper answers. */
import { createInterface } from 'node:readline';
import { linesOfStep } from '../../api/lines/lines-of-step.ts';
import { linesOfAll } from '../../api/report-lines.ts';
import { replayJob } from '../../api/execute-replay.ts';
import { stateOfSteps } from '../../api/state/state-run.ts';
import type { Asked } from './asked.ts';
import { type Recorded, Stepper } from './stepper.ts';

/** Resolves when the input ends or `quit` is entered. */
export async function stepThrough({ session, found: { replay }, result, secrets, shown }: Asked): Promise<void> {
  const { output, interrupt } = session;
  const { report } = result;
  const job = replayJob(replay, false);
  const state = await stateOfSteps(result, job, report, { from: 1, until: report.steps });
  const changes = secrets.inChanges(state.changes);
  const recorded: Recorded = {
    report: shown,
    state: { ...state, changes },
    sourceOf: await linesOfAll(result),
    linesOf: async (step) => secrets.inLines(await linesOfStep(result, job, report, step, 'lines')),
  };
  const stepper = new Stepper(recorded, output.palette);
  output.result(() => [`${report.steps} steps; help lists the commands`, ...stepper.here()]);
  const input = createInterface({ input: process.stdin, output: process.stdout, signal: interrupt.signal });
  const prompt = (): void => {
    input.setPrompt(`${stepper.step}> `);
    input.prompt();
  };
  prompt();
  for await (const line of input) {
    const answer = await stepper.answer(line);
    if (answer === null) break;
    output.result(() => answer);
    prompt();
  }
  input.close();
}
