/**
 * What a system reported nearest to the moments that the failure names. After `expired at 5.5 s`
 * the next report is that of the check that should have found it.
 */
import type { ProbeRecord, RunRecord } from '../../kernel/record.ts';
import type { Mentioned } from './concern.ts';
import { timesIn } from './moments.ts';
import { nameWords } from './name-words.ts';
import { namedNodesIn } from './named-nodes.ts';

/** The positions of the last probe before each moment, and of the first one after it. */
export function testimonyIn(
  records: readonly RunRecord[],
  { step, text }: { readonly step: number; readonly text: string },
  { names }: Mentioned,
): ReadonlySet<number> {
  const last = records.findLastIndex((record) => record.step <= step);
  // If the text names nodes, what others report is about something else.
  const named = namedNodesIn(records, text);
  const isOfOther = ({ node }: ProbeRecord): boolean => named.size > 0 && !named.has(node);
  const probes = records.flatMap((record, position) =>
    position <= last && record.type === 'probe' && isOwn(record) && !isOfOther(record) && !isAboutOther(record, names)
      ? [{ position, record }]
      : [],
  );
  const near = timesIn(text).flatMap((timeMs) => {
    const after = probes.findIndex(({ record }) => record.atMs > timeMs);
    return after < 0 ? probes.slice(-1) : probes.slice(Math.max(0, after - 1), after + 1);
  });
  return new Set(near.map(({ position }) => position));
}

/** Names only things that the failure does not name. */
function isAboutOther({ fields }: ProbeRecord, names: ReadonlySet<string>): boolean {
  const texts = Object.values(fields).filter((value) => typeof value === 'string');
  return texts.length > 0 && !texts.some((value) => nameWords(value).some((word) => names.has(word)));
}

/** Not evidence of the simulator. */
export function isOwn({ name }: ProbeRecord): boolean {
  return !name.startsWith('sim.');
}
