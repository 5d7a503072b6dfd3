/**
 * Words that a failure and a record have in common, apart from names. Developers call one thing by
 * one word: a property that says `has not been broadcast` is about `broadcast.started`.
 */
import type { RunRecord } from '../../kernel/record.ts';

/** Shorter words mean little. */
const LENGTH_MIN = 4;

/** `subscribes`, `subscribed` and `subscription` have one stem. Words that agree so far are one. */
const ENDING = /(?:ions?|ing|ed|es|e|s)$/;
const STEM_LENGTH = 6;

/** The beginning of a frame says what it is about. */
const FRAME_LENGTH = 60;

/** The stems of the property's id and of the text. */
export function vocabularyOf({
  property = '',
  text,
}: {
  readonly property?: string | undefined;
  readonly text: string;
}): ReadonlySet<string> {
  // Names of clients, nodes and things have digits, and other rules are about them.
  const words = `${property} ${text}`.split(/\s+/).filter((word) => !/\d/.test(word));
  return stemsOf(words.join(' '));
}

/** Number of stems of the vocabulary that the record has. Timers run whatever happens. */
export function wordsShared(record: RunRecord, vocabulary: ReadonlySet<string>): number {
  let count = 0;
  for (const stem of stemsOf(textOf(record))) if (vocabulary.has(stem)) count += 1;
  return count;
}

function textOf(record: RunRecord): string {
  switch (record.type) {
    case 'probe':
      return [record.name, record.fields['label'], record.fields['name']].join(' ');
    case 'command':
      return `${record.command} ${record.key}`;
    case 'frame':
      return record.kind === 'text' ? record.text.slice(0, FRAME_LENGTH) : record.kind;
    default:
      return '';
  }
}

function stemsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return new Set(
    words.filter((word) => word.length >= LENGTH_MIN).map((word) => word.replace(ENDING, '').slice(0, STEM_LENGTH)),
  );
}
