/** The records with which a run failed. Their causes led to the failure. */
import type { RunRecord } from '../../kernel/record.ts';
import { writesKey } from '../../redis/server/command-uses.ts';
import { concerns, hasIdentifier, isAboutOther, type Mentioned } from './concern.ts';
import { isConfirmation, isSpecific } from './record-kinds.ts';

/** Number of records about what a failure names with which causes begin. */
const ROOTS_MAX = 3;

/** Probes of the simulator that show a failure themselves. */
const EVIDENCE: ReadonlySet<string> = new Set(['sim.table-conflict', 'sim.warning']);

/** Number of records from which on an identifier is not specific. */
const SPECIFIC_MAX = 6;

/**
 * The positions of the records with which the run failed: the last one, and the last write to each
 * key that the failure names. If the last one is not about what it names, also the last ones that
 * are.
 */
export function rootsOf(
  records: readonly RunRecord[],
  mentioned: Mentioned,
  specific: Mentioned,
  { step, text }: { readonly step: number; readonly text: string },
  isRoutine: (record: RunRecord) => boolean,
): readonly number[] {
  const last = records.findLastIndex((record) => record.step <= step);
  const lastRecord = records[last];
  if (lastRecord === undefined) return [];
  const settledAt = records.findIndex((record) => record.type === 'fault' && record.kind === 'settled');
  const end = settledAt < 0 ? last : Math.min(last, settledAt);
  const named = positionsOf(
    records,
    (record, position) => position <= end && isSpecific(record) && !isRoutine(record) && concerns(record, mentioned),
  );
  const identified = positionsOf(records, (record, position) => position <= end && hasIdentifier(record, specific));
  const ofClients = named.filter((position) => isOfClient(records[position]));
  const besidesClients = withoutClients(mentioned, records, text);
  const writes = new Map<string, number>();
  for (const position of named) {
    const record = records[position];
    if (record?.type !== 'command' || record.phase !== 'applied' || !writesKey(record.command)) continue;
    // `client-2` names its frames, and `conn:client-2` only if there is none.
    if (ofClients.length === 0 || concerns(record, besidesClients)) writes.set(record.key, position);
  }
  const about = concerns(lastRecord, mentioned) ? [] : (ofClients.length > 0 ? ofClients : named).slice(-ROOTS_MAX);
  // The simulator's own evidence, such as a table that changed while it was iterated.
  const evidence = positionsOf(
    records,
    (record) => record.step === lastRecord.step && record.type === 'probe' && EVIDENCE.has(record.name),
  );
  return [
    ...new Set([
      last,
      ...evidence,
      ...about,
      ...identified.slice(0, ROOTS_MAX),
      ...[...writes.values()].slice(-ROOTS_MAX),
    ]),
  ];
}

/** Frames show what operations did. */
function isOfClient(record: RunRecord | undefined): boolean {
  return record !== undefined && record.type !== 'command' && !isConfirmation(record);
}

/** What the failure names other than clients and their ids. */
function withoutClients(mentioned: Mentioned, records: readonly RunRecord[], text: string): Mentioned {
  const clients = new Set(records.flatMap((record) => (record.type === 'frame' ? [record.client, record.link] : [])));
  const names = [...mentioned.names].filter((name) => text.includes(name) && !clients.has(name));
  return { ...mentioned, names: new Set(names) };
}

/** Words with a digit that the failure names and that few frames have. */
export function specificIn(records: readonly RunRecord[], mentioned: Mentioned): ReadonlySet<string> {
  const isSpecificWord = (word: string): boolean => {
    const only: Mentioned = { ...mentioned, identifiers: new Set([word]) };
    let count = 0;
    for (const record of records) if (hasIdentifier(record, only) || isAboutOther(record, only)) count += 1;
    return count > 0 && count <= SPECIFIC_MAX;
  };
  const clients = new Set(records.flatMap((record) => (record.type === 'frame' ? [record.client, record.link] : [])));
  return new Set([...mentioned.identifiers].filter((word) => !clients.has(word) && isSpecificWord(word)));
}

/** The positions of the records that match. */
export function positionsOf(
  records: readonly RunRecord[],
  matches: (record: RunRecord, position: number) => boolean,
): number[] {
  return records.flatMap((record, position) => (matches(record, position) ? [position] : []));
}
