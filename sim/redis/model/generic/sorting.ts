/** SORT: elements of a list, a set or a sorted set, ordered by value or by other keys. */
import { compareTexts, fromLatin1, latin1Of, untilZero } from '../bytes.ts';
import { type Commands, type CommandContext, float, integer, SYNTAX, word } from '../command.ts';
import { fail, type Reply } from '../reply.ts';
import { SortedSet } from '../sorted-set.ts';
import { sortPartially } from './partial-sort.ts';

interface Options {
  isDescending: boolean;
  isAlphabetic: boolean;
  /** Whether no pattern of BY is a constant, although only the last one is looked up. */
  isSorted: boolean;
  /** Null without LIMIT. */
  limit: readonly [offset: number, count: number] | null;
  by: string | null;
  get: string[];
  store: string | null;
}

function optionsOf(words: readonly string[], mayStore: boolean): Options {
  const options: Options = {
    isDescending: false,
    isAlphabetic: false,
    isSorted: true,
    limit: null,
    by: null,
    get: [],
    store: null,
  };
  for (let index = 0; index < words.length; index += 1) {
    const option = word(words[index]);
    const rest = words.length - index - 1;
    if (option === 'ASC' || option === 'DESC') options.isDescending = option === 'DESC';
    else if (option === 'ALPHA') options.isAlphabetic = true;
    else if (option === 'LIMIT' && rest >= 2) {
      options.limit = [integer(words[index + 1]), integer(words[index + 2])];
      index += 2;
    } else if (option === 'STORE' && rest >= 1 && mayStore) options.store = words[(index += 1)] ?? '';
    else if (option === 'BY' && rest >= 1) {
      options.by = words[(index += 1)] ?? '';
      if (!untilZero(options.by).includes('*')) options.isSorted = false;
    } else if (option === 'GET' && rest >= 1) options.get.push(words[(index += 1)] ?? '');
    else fail(SYNTAX);
  }
  return options;
}

/**
 * Returns what a pattern such as `weight_*` or `object_*->field` leads to for an element; null if
 * there is no such string. `#` is the element itself.
 */
function lookUp(pattern: string, element: string, { keys }: CommandContext): string | null {
  const bytes = latin1Of(pattern);
  // Stars and arrows behind a zero byte have no meaning.
  const [special = ''] = bytes.split('\0', 1);
  if (special === '#') return element;
  const star = special.indexOf('*');
  if (star < 0) return null;
  const arrow = special.indexOf('->', star);
  // An arrow without a field belongs to the name of the key.
  const hasField = arrow >= 0 && arrow + 2 < special.length;
  const [before, behind] = [bytes.slice(0, star), bytes.slice(star + 1, hasField ? arrow : undefined)];
  const key = fromLatin1(before + latin1Of(element) + behind);
  const value = keys.read(key);
  if (hasField) return value instanceof Map ? (value.get(fromLatin1(bytes.slice(arrow + 2))) ?? null) : null;
  return typeof value === 'string' ? value : null;
}

function weight(text: string | null): number {
  if (text === null) return 0;
  const digits = untilZero(text).replace(/^[ \t-\r]+/, '');
  // An empty text is 0, as for C's `strtod`.
  return digits === '' && untilZero(text) === ''
    ? 0
    : float(digits, "ERR One or more scores can't be converted into double");
}

const bytesUntilZero = (text: string): string => latin1Of(text).split('\0', 1)[0] ?? '';

const compare = <T>(one: T, other: T): number => (one < other ? -1 : one > other ? 1 : 0);

interface Weighed {
  readonly text: string;
  readonly value: string | null;
  readonly number: number;
}

/** Returns the elements, of which those from one index to another, both inclusive, are in order. */
function sortedElements(
  elements: readonly string[],
  options: Options,
  { from, to }: { readonly from: number; readonly to: number },
  context: CommandContext,
): readonly string[] {
  const { by, isAlphabetic, isDescending, store } = options;
  const values = elements.map((text) => (by === null ? text : lookUp(by, text, context)));
  const weighed = elements.map((text, index): Weighed => {
    const value = values[index] ?? null;
    if (!isAlphabetic) return { text, value, number: weight(value) };
    // Only the order of a stored list considers what is behind a zero byte.
    return { text, value: value === null || store !== null ? value : fromLatin1(bytesUntilZero(value)), number: 0 };
  });
  const order = (one: Weighed, other: Weighed): number => {
    // A missing value sorts first.
    const ascending = isAlphabetic
      ? compare(one.value !== null, other.value !== null) || compareTexts(one.value ?? '', other.value ?? '')
      : compare(one.number, other.number) || compareTexts(one.text, other.text);
    return isDescending ? -ascending : ascending;
  };
  if (by !== null && (from > 0 || to < elements.length - 1)) sortPartially(weighed, order, { from, to });
  else weighed.sort(order);
  return weighed.map(({ text }) => text);
}

/** The indexes that LIMIT picks, both inclusive. */
function rangeOf({ limit }: Options, length: number): { readonly from: number; readonly to: number } {
  const [offset, count] = limit ?? [0, -1];
  const from = Math.max(0, offset);
  if (from >= length) return { from: length - 1, to: length - 2 };
  return { from, to: Math.min(length, count < 0 ? length : from + count) - 1 };
}

function sort([key = '', ...words]: readonly string[], context: CommandContext, mayStore: boolean): Reply {
  const { keys } = context;
  const options = optionsOf(words, mayStore);
  const value = keys.value(key);
  let elements: readonly string[];
  // A set has no order that a script or a stored list may depend on.
  if (!options.isSorted && value instanceof Set && (options.store !== null || context.isScript)) {
    options.isSorted = true;
    options.by = null;
    options.isAlphabetic = true;
  }
  if (value instanceof SortedSet) value.isSkipList = true;
  if (value instanceof SortedSet) elements = value.order.map(({ member }) => member);
  else elements = value instanceof Set ? [...value] : (keys.list(key) ?? []);
  const { from, to } = rangeOf(options, elements.length);
  if (options.isSorted) elements = sortedElements(elements, options, { from, to }, context);
  else if (!(value instanceof Set) && options.isDescending) elements = elements.toReversed();
  const picked = elements.slice(from, to + 1);
  const shown =
    options.get.length === 0
      ? picked
      : picked.flatMap((element) => options.get.map((pattern) => lookUp(pattern, element, context)));
  if (options.store === null) return shown;
  if (shown.length === 0) keys.remove(options.store);
  else
    keys.set(
      options.store,
      shown.map((text) => text ?? ''),
    );
  return shown.length;
}

export const SORTING: Commands = {
  sort: (parameters, context) => sort(parameters, context, true),
  sort_ro: (parameters, context) => sort(parameters, context, false),
};
