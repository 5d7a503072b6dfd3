/** What other records show about a record, so that its line can be written. */
import type { RunRecord } from '../kernel/record.ts';
import { showsEngineIo } from './engine-io.ts';

export interface LineContext {
  /** Clients with more than one connection: their lines name the connection. */
  readonly clientsWithSeveral: ReadonlySet<string>;
  /** Connections that speak engine.io, whose packets are decoded. */
  readonly engineIo: ReadonlySet<string>;
}

export const NO_CONTEXT: LineContext = { clientsWithSeveral: new Set(), engineIo: new Set() };

export function lineContextOf(records: readonly RunRecord[]): LineContext {
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
  return { clientsWithSeveral, engineIo };
}
