/**
 * How much a record concerns a failure. The simulator can't interpret the system's data, so it
 * compares names: those in the text of the failure with those in the record.
 */
import type { RunRecord } from '../../kernel/record.ts';
import { aliasesOf } from './aliases.ts';
import { identifiersIn, nameWords } from './name-words.ts';

/** What the text of a failure mentions. */
export interface Mentioned {
  /** Names that records have as well; if there is none, every client that has frames. */
  readonly names: ReadonlySet<string>;
  /** Words with a digit, such as `note-7`, which are looked for in the texts of frames too. */
  readonly identifiers: ReadonlySet<string>;
}

export function mentionedIn(text: string, records: readonly RunRecord[]): Mentioned {
  const mentioned = new Set(nameWords(text));
  const identifiers = new Set(
    identifiersIn(text).flatMap((word) => [word, ...identifiersIn(word.replaceAll(/[:/]/g, ' '))]),
  );
  const names = new Set<string>();
  const clients = new Set<string>();
  for (const record of records) {
    if (record.type === 'frame') clients.add(record.client);
    for (const word of wordsOf(record)) if (mentioned.has(word)) names.add(word);
  }
  if (names.size === 0) return { names: clients, identifiers };
  return { names: new Set([...names, ...aliasesOf(names, records)]), identifiers };
}

/** Whether the record shares a name with the text. */
export function concerns(record: RunRecord, mentioned: Mentioned): boolean {
  return wordsOf(record).some((word) => mentioned.names.has(word)) || hasIdentifier(record, mentioned);
}

/** 0: unrelated. 1: context. 2: concerns the failure. */
export function weightOf(record: RunRecord, mentioned: Mentioned): 0 | 1 | 2 {
  const concerned = concerns(record, mentioned);
  switch (record.type) {
    case 'fault':
      return record.phase === 'ended' ? 0 : record.phase === 'hit' || concerned ? 2 : 1;
    case 'node':
      return record.process > 1 || record.phase === 'crashed' || record.phase === 'stopped' ? 2 : 0;
    case 'redis':
      return concerned ? 2 : record.phase === 'ready' ? 0 : 1;
    case 'timer':
    case 'command':
      return concerned ? 2 : 0;
    case 'probe':
      if (record.name === 'sim.output') return concerned ? 2 : record.fields['stream'] === 'stderr' ? 1 : 0;
      if (record.name === 'sim.warning') return concerned ? 2 : 1;
      return concerned || record.name.startsWith('sim.') ? 2 : 0;
    default:
      return concerned ? 2 : 1;
  }
}

/**
 * Whether a frame has a word with a digit that the text of the failure mentions. Of clients that it
 * does not mention, only what they send: it may have come from them.
 */
export function hasIdentifier(record: RunRecord, { names, identifiers }: Mentioned): boolean {
  if (identifiers.size === 0 || record.type !== 'frame') return false;
  if (record.direction === 'down' && !names.has(record.client) && !names.has(record.link)) return false;
  if (record.kind === 'text') return identifiersIn(record.text).some((word) => identifiers.has(word));
  // Protocols such as that of Yjs have strings among their bytes.
  return record.kind === 'binary' && [...identifiers].some((word) => record.text.includes(hexOf(word)));
}

/** Whether a frame for a client that the text does not mention has a word that it mentions. */
export function isAboutOther(record: RunRecord, { identifiers }: Mentioned): boolean {
  if (record.type !== 'frame' || record.direction !== 'down' || record.kind !== 'text') return false;
  return identifiers.size > 0 && identifiersIn(record.text).some((word) => identifiers.has(word));
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** The names in a record, and the parts of keys and labels such as `conn:client-2`. */
function wordsOf(record: RunRecord): string[] {
  switch (record.type) {
    case 'operation':
      return [record.actor, record.id];
    case 'frame':
    case 'http':
      return [record.client, record.link];
    case 'command':
      return nameWords(record.key).flatMap((word) => [word, ...word.split('#')]);
    case 'redis':
      return [record.connection];
    case 'timer':
      return [...nameWords(record.label), ...nameWords(record.owner)];
    case 'node':
      return [];
    case 'fault':
      return [...nameWords(record.detail), ...nameWords(record.target)];
    case 'probe':
      return Object.values(record.fields).flatMap((value) => (typeof value === 'string' ? nameWords(value) : []));
  }
}
