/** Which parameters of a command are keys, by the key specifications of the command table. */
import { infoFor, type KeySpecification } from './command-table.ts';

export interface CommandKey {
  readonly key: string;
  /** How the command uses the key: RO, RW, OW, RM, access, update, insert, delete. */
  readonly flags: readonly string[];
}

/** Returns the index in `words` at which the keys begin; null for none. */
function beginOf({ begin }: KeySpecification, words: readonly string[]): number | null {
  if (begin === null) return null;
  if (typeof begin === 'number') return begin;
  const { keyword, startFrom } = begin;
  const step = startFrom < 0 ? -1 : 1;
  const from = startFrom < 0 ? words.length + startFrom : startFrom;
  for (let index = from; index > 0 && index < words.length; index += step)
    if (words[index]?.toUpperCase() === keyword) return index + 1;
  return null;
}

/** Returns the indexes of the keys; null if the command is malformed. */
function indexesOf(specification: KeySpecification, words: readonly string[]): readonly number[] | null {
  const { find } = specification;
  const begin = beginOf(specification, words);
  if (begin === null || find === null) return [];
  const [one, other, last] = find.numbers;
  if (find.type === 'keynum') {
    const [count, first] = [Number(words[begin + one]), begin + other];
    const end = first + (count - 1) * last;
    if (!Number.isInteger(count) || count < 0 || (count > 0 && end >= words.length)) return null;
    return Array.from({ length: count }, (_, index) => first + index * last);
  }
  // `last` is a limit: 2 means that only the first half of the rest are keys.
  const toEnd = last > 1 ? begin + Math.floor((words.length - begin) / last) + one : words.length + one;
  const end = one >= 0 ? begin + one : toEnd;
  if (end >= words.length) return null;
  const indexes: number[] = [];
  for (let index = begin; index <= end; index += other) indexes.push(index);
  return indexes;
}

/** SORT names its destination behind a keyword that may be anywhere. The last one counts. */
function sortKeys(name: string, words: readonly string[]): CommandKey[] {
  const store = words.findLastIndex((text, index) => index > 1 && text.toUpperCase() === 'STORE');
  const source = { key: words[1] ?? '', flags: ['RO', 'access'] };
  const target = words[store + 1];
  return name === 'sort' && store > 0 && target !== undefined
    ? [source, { key: target, flags: ['OW', 'update'] }]
    : [source];
}

/** The operations of BITFIELD that only read, and their number of parameters. */
const BITFIELD_READS: Readonly<Record<string, number>> = { GET: 2, OVERFLOW: 1 };

/** How SET and BITFIELD use their key depends on their options. */
function flagsOf(name: string, flags: readonly string[], words: readonly string[]): readonly string[] {
  const options = words.slice(2).map((text) => text.toUpperCase());
  if (name === 'set') return options.slice(1).includes('GET') ? ['RW', 'access', 'update'] : ['OW', 'update'];
  if (name !== 'bitfield') return flags;
  for (let index = 0; index < options.length; index += 1) {
    const count = BITFIELD_READS[options[index] ?? ''];
    if (count === undefined || index + count >= options.length) return ['RW', 'access', 'update'];
    index += count;
  }
  return ['RO', 'access'];
}

/** Returns the keys in the order of the command; null if the command is malformed. */
export function keysIn(name: string, parameters: readonly string[]): readonly CommandKey[] | null {
  const words = [name, ...parameters];
  if (name === 'sort' || name === 'sort_ro') return sortKeys(name, words);
  const found: CommandKey[] = [];
  for (const specification of infoFor(name, parameters[0])?.specifications ?? []) {
    if (specification.flags.includes('not_key')) continue;
    const indexes = indexesOf(specification, words);
    if (indexes === null) return null;
    const flags = flagsOf(name, specification.flags, words);
    for (const index of indexes) found.push({ key: words[index] ?? '', flags });
  }
  return found;
}
