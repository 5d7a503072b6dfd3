/** What other records, and the sources, show about a record, so that its line can be written. */
import { NO_SOURCES, type SourceOf } from '../kernel/placed-text.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlaceOfRecord, TextOfRecord } from '../kernel/record-code.ts';
import { showsEngineIo } from './engine-io.ts';
import { placesByRecord } from './placed-records.ts';

export interface LineContext {
  /** Clients with more than one connection: their lines name the connection. */
  readonly clientsWithSeveral: ReadonlySet<string>;
  /** Connections that speak engine.io, whose packets are decoded. */
  readonly engineIo: ReadonlySet<string>;
  /** The places of records, with lines. */
  readonly placeOf: ReadonlyMap<RunRecord, string>;
  /** What commands said and were answered. */
  readonly textOf: ReadonlyMap<RunRecord, string>;
  readonly sourceOf: SourceOf;
}

export const NO_CONTEXT: LineContext = {
  clientsWithSeveral: new Set(),
  engineIo: new Set(),
  placeOf: new Map(),
  textOf: new Map(),
  sourceOf: NO_SOURCES,
};

export function lineContextOf(
  records: readonly RunRecord[],
  places: readonly PlaceOfRecord[] = [],
  sourceOf: SourceOf = NO_SOURCES,
  texts: readonly TextOfRecord[] = [],
): LineContext {
  const firstLinks = new Map<string, string>();
  const clientsWithSeveral = new Set<string>();
  const engineIo = new Set<string>();
  for (const record of records) {
    if (record.type !== 'frame' && record.type !== 'http') continue;
    const { client, link } = record;
    const first = firstLinks.get(client);
    if (first === undefined) firstLinks.set(client, link);
    else if (first !== link) clientsWithSeveral.add(client);
    if (record.type === 'frame' && record.kind === 'text' && showsEngineIo(record.text)) engineIo.add(link);
  }
  const textOf = new Map<RunRecord, string>();
  for (const { record, text } of texts) {
    const about = records[record];
    if (about !== undefined) textOf.set(about, text);
  }
  return { clientsWithSeveral, engineIo, placeOf: placesByRecord(records, places, sourceOf), textOf, sourceOf };
}
