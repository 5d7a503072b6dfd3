/**
 * Names that the system has given to a client, such as the id of its connection: a failure names
 * `client-1`, and a log line of the system only the id.
 */
import type { RunRecord } from '../../kernel/record.ts';
import { identifiersIn, nameWords } from './name-words.ts';

/** Shorter words with a digit, such as `room-7`, have many meanings. */
const LENGTH_MIN = 8;

/**
 * Words that occur in frames of the named clients and of no other client, and that the system uses
 * in a key, a label or a field of a probe.
 */
export function aliasesOf(names: ReadonlySet<string>, records: readonly RunRecord[]): ReadonlySet<string> {
  const own = new Set<string>();
  const ofOthers = new Set<string>();
  const used = new Set<string>();
  for (const record of records) {
    if (record.type === 'frame') {
      const isNamed = names.has(record.client) || names.has(record.link);
      const words = record.kind === 'text' ? identifiersIn(record.text) : [];
      for (const word of words) if (word.length >= LENGTH_MIN) (isNamed ? own : ofOthers).add(word);
    } else for (const text of textsOf(record)) for (const word of nameWords(text)) used.add(word);
  }
  return new Set([...own].filter((word) => used.has(word) && !ofOthers.has(word)));
}

function textsOf(record: RunRecord): readonly string[] {
  switch (record.type) {
    case 'command':
      return [record.key];
    case 'timer':
      return [record.label, record.owner];
    case 'probe':
      return Object.values(record.fields).filter((value): value is string => typeof value === 'string');
    default:
      return [];
  }
}
