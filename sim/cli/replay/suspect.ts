/** `replay --suspect`: the lines of code that failing runs execute and passing ones do not. */
import type { ReplayResult } from '../../api/execute-replay.ts';
import { suspectReplay } from '../../api/suspect/suspect-replay.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { type Suspects, suspectLines } from '../../report/code/suspect-lines.ts';
import type { Session } from '../session.ts';

export async function replaySuspects(
  { output, interrupt }: Session,
  replay: Replay,
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
): Promise<Suspects> {
  const suspects = await suspectReplay(replay, result, '--suspect', {
    signal: interrupt.signal,
    onRun: (failing, passing) => output.progress(() => `${failing} failing and ${passing} passing runs`),
  });
  output.result(() => suspectLines(suspects, output.flags.verbose));
  return suspects;
}
