/**
 * Numbers that the text of a failure names after a name: in `client-6#2 32` that of a request, in
 * `AMZN at node-1 was not sent price 4` that of a price. Times are not among them.
 */
import type { RunRecord } from '../../kernel/record.ts';
import { nameWords } from './name-words.ts';

const BETWEEN_WORDS = /[\s,;()"']+/;

/** A word of the text, and a number with the unit of time that may follow it. */
const NUMBER = /^\d{1,15}$/;
const UNIT = /^m?s\b/;

/** In JSON or plain text: a whole word, not a part of a time or a name. */
const VALUE = /(?<![\w.#-]|\w:)\d{1,15}(?![\w.:-]*\w)/g;

/** By name, the numbers that follow it in the text, up to the next name. */
export type NumbersNamed = ReadonlyMap<string, ReadonlySet<string>>;

export function numbersNamed(text: string, names: ReadonlySet<string>): NumbersNamed {
  const numbers = new Map<string, Set<string>>();
  const words = text.split(BETWEEN_WORDS);
  let name: string | null = null;
  for (const [index, word] of words.entries()) {
    name = nameWords(word).find((part) => names.has(part)) ?? name;
    if (name === null || !NUMBER.test(word) || UNIT.test(words[index + 1] ?? '')) continue;
    numbers.set(name, (numbers.get(name) ?? new Set()).add(word));
  }
  return numbers;
}

/** Whether a message, or what the system reports, has a name and one of its numbers. */
export function hasNumber(record: RunRecord, numbers: NumbersNamed): boolean {
  if (numbers.size === 0 || (record.type !== 'probe' && record.type !== 'frame')) return false;
  const values = valuesOf(record);
  return [...numbers].some(
    ([name, ofName]) =>
      values.some((value) => ofName.has(value)) && (values.includes(name) || isOfClient(record, name)),
  );
}

function isOfClient(record: RunRecord, name: string): boolean {
  return record.type === 'frame' && (record.client === name || record.link === name);
}

function valuesOf(record: RunRecord): readonly string[] {
  if (record.type === 'probe') return Object.values(record.fields).map(String);
  if (record.type !== 'frame' || record.kind !== 'text') return [];
  return [...(record.text.match(VALUE) ?? []), ...nameWords(record.text)];
}
