/** `replay --inevitable`: when the failure of a replay was decided. */
import { type DecidedReplay, decideReplay } from '../../api/decided/decide-replay.ts';
import type { ReplayResult } from '../../api/execute-replay.ts';
import type { Workers } from '../../api/workers.ts';
import type { Replay } from '../../replay/replay-document.ts';
import { decidedLines } from '../../report/decided-lines.ts';
import { counted } from '../../report/numbers.ts';
import type { Session } from '../session.ts';

export async function replayDecided(
  { output, interrupt }: Session,
  workers: Workers,
  replay: Replay,
  result: Exclude<ReplayResult, { verdict: 'invalid' }>,
): Promise<DecidedReplay> {
  let points = 0;
  const decided = await decideReplay(workers, replay, result, {
    name: '--inevitable',
    signal: interrupt.signal,
    onPoint: ({ step }) => {
      points += 1;
      output.progress(() => `${counted(points, 'step')} tried, the last one is ${step}`);
    },
  });
  if (!decided.isUnshrunk)
    output.note('the seed alone does not fail in this way, so the run of the replay is repeated');
  output.result((palette) => [
    'futures that fail, if the run goes another way from a step on:',
    ...decidedLines(decided, decided.report, palette),
  ]);
  return decided;
}
