/**
 * Ids with which a system reports about one thing: after `task=task-7 label=persist:conn:client-2`,
 * what it reports about `task-7` is about client-2, too.
 */
import type { ProbeRecord, RunRecord } from '../../kernel/record.ts';

/** A name with a number. */
const ID = /^[a-z][a-z-]*-\d+$/i;

/** The positions of probes that share an id with one that is concerned. */
export function sharingIds(records: readonly RunRecord[], concerned: readonly boolean[]): ReadonlySet<number> {
  const probes = records.flatMap((record, position) => (record.type === 'probe' ? [{ record, position }] : []));
  const ids = new Set(probes.filter(({ position }) => concerned[position]).flatMap(({ record }) => idsOf(record)));
  return new Set(
    probes.filter(({ record }) => idsOf(record).some((id) => ids.has(id))).map(({ position }) => position),
  );
}

/** Other processes may use the same ids for other things. */
function idsOf({ node, process, fields }: ProbeRecord): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' && ID.test(value) ? [`${node} ${process} ${name} ${value}`] : [],
  );
}
