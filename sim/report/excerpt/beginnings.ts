/**
 * Where something began that the text of a failure names: the subscription to a channel, the first
 * write of a key, the opening of a connection, the start of a timer or a task. It may be long
 * before the failure, and is often its cause.
 */
import type { RunRecord } from '../../kernel/record.ts';
import { writesKey } from '../../redis/server/command-uses.ts';
import { AMBIENT_TIMERS } from './ambient-timers.ts';
import { nameWords, wholeWords } from './name-words.ts';

/** The start of something, and the names by which a text may mention it. */
interface Beginning {
  readonly what: 'subscription' | 'write' | 'connection' | 'timer' | 'task';
  /** The whole names, such as `conn:client-2`. */
  readonly names: readonly string[];
  /** The node that the beginning happened on. */
  readonly node: string;
}

interface Found {
  readonly record: RunRecord;
  readonly rank: number;
}

const SUBSCRIBING: ReadonlySet<string> = new Set(['subscribe', 'psubscribe', 'ssubscribe']);

/** The beginnings of what the text names, those first that it names most exactly. */
export function beginningsIn(records: readonly RunRecord[], text: string): readonly RunRecord[] {
  const words: Words = { whole: new Set(wholeWords(text)), all: new Set(nameWords(text)) };
  // One of each kind for each word of the text.
  const found = new Map<string, Found>();
  for (const record of records) {
    const beginning = beginningOf(record);
    if (beginning === null) continue;
    for (const [word, rank] of matchesOf(beginning, words)) {
      const key = `${beginning.what} ${word}`;
      const known = found.get(key);
      // A key or a task begins once. Anything else may end and begin again.
      const isLater = beginning.what !== 'write' && beginning.what !== 'task';
      if (known === undefined || rank > known.rank || (isLater && rank === known.rank))
        found.set(key, { record, rank });
    }
  }
  const ranked = [...found.values()].sort((left, right) => right.rank - left.rank);
  return [...new Set(ranked.map(({ record }) => record))];
}

interface Words {
  readonly whole: ReadonlySet<string>;
  /** The whole words and their parts. */
  readonly all: ReadonlySet<string>;
}

/**
 * The words of the text that name the beginning. A whole name counts more than a part of one, and a
 * part of a word names only what has exactly that name: `feed:AAPL` does not name `stream:AAPL`.
 */
function matchesOf({ what, names, node }: Beginning, { whole, all }: Words): [word: string, rank: number][] {
  const onNode = whole.has(node) ? 1 : 0;
  const exact = names.filter((name) => all.has(name));
  if (exact.length > 0 || what === 'task') return exact.map((name) => [name, 2 + onNode]);
  const parts = names.flatMap(nameWords).filter((part) => whole.has(part));
  return parts.map((part) => [part, onNode]);
}

function beginningOf(record: RunRecord): Beginning | null {
  switch (record.type) {
    case 'command':
      if (record.phase !== 'applied' || record.key === '') return null;
      if (SUBSCRIBING.has(record.command)) return { what: 'subscription', names: [record.key], node: record.node };
      return writesKey(record.command) ? { what: 'write', names: [record.key], node: record.node } : null;
    case 'frame': {
      const { kind, phase, direction, node, client, link } = record;
      const isOpening = kind === 'open' && phase === 'delivered' && direction === 'up';
      return isOpening ? { what: 'connection', names: [client, link], node } : null;
    }
    case 'redis':
      return record.phase === 'opened' ? { what: 'connection', names: [record.connection], node: record.node } : null;
    case 'timer':
      if (record.phase !== 'started') return null;
      // Any client has timers without a name, such as those of time limits.
      return AMBIENT_TIMERS.has(record.label)
        ? null
        : { what: 'timer', names: [record.label, record.owner], node: record.node };
    case 'probe':
      return taskOf(record.fields, record.node);
    default:
      return null;
  }
}

/** Testimony of the system about something that it names in a field. */
function taskOf(fields: Readonly<Record<string, unknown>>, node: string): Beginning | null {
  const names = Object.values(fields).filter(
    (value): value is string => typeof value === 'string' && /\d|:/.test(value),
  );
  return names.length === 0 ? null : { what: 'task', names, node };
}
