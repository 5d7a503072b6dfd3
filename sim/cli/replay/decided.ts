/** `replay --inevitable`: when the failure of a replay was decided. */
import { type DecidedReplay, decideReplay } from '../../api/decided/decide-replay.ts';
import { decidedLines } from '../../report/decided-lines.ts';
import { counted } from '../../report/numbers.ts';
import type { Asked } from './asked.ts';

export async function replayDecided({
  session: { output, interrupt },
  workers,
  found: { replay },
  result,
  secrets,
}: Asked): Promise<DecidedReplay> {
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
    ...decidedLines(decided, secrets.inReport(decided.report), palette),
  ]);
  return decided;
}
